"""Reading what towns have set; whoever has set nothing has the defaults."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.settings import policy
from tracker.settings.values.definitions import DEFINITIONS, Definition, NumberGroup, keys_of
from tracker.settings.values.models import Key, TownValue


def value_of(municipality_id: int, key: Key) -> int:
    """What holds in the town, the default if it has set nothing; one statement.

    For rules, which apply to whoever asks; a page reads `town_values`.
    """
    found = db.session.scalar(
        sa.select(TownValue.value).where(
            TownValue.municipality_id == municipality_id, TownValue.key == key
        )
    )
    return DEFINITIONS[key].default if found is None else found


def values_of(municipality_ids: Iterable[int]) -> Mapping[int, Mapping[Key, int]]:
    """Every number of each of these towns, defaults filled in; one statement."""
    towns = sorted(set(municipality_ids))
    defaults = {key: definition.default for key, definition in DEFINITIONS.items()}
    found = {town: dict(defaults) for town in towns}
    rows = db.session.execute(
        sa.select(TownValue.municipality_id, TownValue.key, TownValue.value)
        .where(TownValue.municipality_id.in_(towns), TownValue.value.is_not(None))
        .order_by(TownValue.id)
    )
    for row in rows:
        found[row.municipality_id][row.key] = row.value
    return found


@dataclass(frozen=True)
class Held:
    """A number as a town holds it, and who set it; nobody where it never did."""

    key: Key
    value: int
    is_default: bool
    changed_by: str  # "" when it was never changed
    changed_at: datetime | None
    version: int  # 0 when it was never changed

    @property
    def definition(self) -> Definition:
        """What it means."""
        return DEFINITIONS[self.key]


def town_values(viewer: Viewer, municipality_id: int) -> dict[NumberGroup, list[Held]]:
    """Every number of the town by group, in the order to show; one statement.

    :raises NotFoundError: when the viewer does not read the town's settings
    """
    if municipality_id not in policy.towns_read(viewer):
        raise NotFoundError
    rows = db.session.execute(
        sa.select(TownValue.key, TownValue, Person.name)
        .join(Person, Person.id == TownValue.changed_by_id)
        .where(TownValue.municipality_id == municipality_id)
        .order_by(TownValue.id)
    )
    kept = {key: (row, name) for key, row, name in rows}
    return {group: [_held(key, kept.get(key)) for key in keys_of(group)] for group in NumberGroup}


def _held(key: Key, kept: tuple[TownValue, str] | None) -> Held:
    default = DEFINITIONS[key].default
    if kept is None:
        return Held(key, default, is_default=True, changed_by="", changed_at=None, version=0)
    row, name = kept
    value = default if row.value is None else row.value
    return Held(key, value, row.value is None, name, row.changed_at, row.version)


def group_version(held: Iterable[Held]) -> int:
    """Grows with every change of any of them; rows are never deleted."""
    return sum(one.version for one in held)


def rows_for_change(municipality_id: int, group: NumberGroup) -> dict[Key, TownValue]:
    """The rows of the group, held until the end; those never set are missing. For the service."""
    rows = db.session.scalars(
        sa.select(TownValue)
        .where(TownValue.municipality_id == municipality_id, TownValue.key.in_(keys_of(group)))
        .order_by(TownValue.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.key: row for row in rows}
