"""Reading what towns have set; whoever has set nothing has the defaults."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa

from tracker.accounts.models import Municipality, Person
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.settings import policy
from tracker.settings.values.definitions import DEFINITIONS, NUMBERS, keys_of
from tracker.settings.values.kinds import Definition, NumberGroup
from tracker.settings.values.models import AreaType, Key, TownValue, Value

# Of two versions for one day the later one holds.
NEWEST_FIRST = (TownValue.valid_from.desc(), TownValue.number.desc())
OLDEST_FIRST = (TownValue.valid_from, TownValue.number, TownValue.id)


def value_of(municipality_id: int, key: Key, *, today: date | None = None) -> int:
    """The number that holds in the town today, the default if it has set none; one statement.

    For rules, which apply to whoever asks; a page reads `town_values`.
    """
    found = db.session.scalar(
        sa.select(TownValue.value)
        .where(
            TownValue.municipality_id == municipality_id,
            TownValue.key == key,
            TownValue.valid_from <= (today or clock.today()),
        )
        .order_by(*NEWEST_FIRST)
        .limit(1)
    )
    return DEFINITIONS[key].default if found is None else found


def values_of(
    municipality_ids: Iterable[int], *, today: date | None = None
) -> Mapping[int, Mapping[Key, int]]:
    """Every number of each of these towns today, defaults filled in; one statement."""
    towns = sorted(set(municipality_ids))
    defaults = {key: DEFINITIONS[key].default for key in NUMBERS}
    found = {town: dict(defaults) for town in towns}
    rows = db.session.execute(
        sa.select(TownValue.municipality_id, TownValue.key, TownValue.value)
        .where(
            TownValue.municipality_id.in_(towns),
            TownValue.key.in_(NUMBERS),
            TownValue.valid_from <= (today or clock.today()),
        )
        .order_by(*OLDEST_FIRST)
    )
    for row in rows:
        held = defaults[row.key] if row.value is None else row.value
        found[row.municipality_id][row.key] = held
    return found


def words_of(municipality_id: int, *, today: date | None = None) -> Mapping[Key, str]:
    """What the town calls things today, each in its own words or ours; one statement."""
    keys = [key for key, definition in DEFINITIONS.items() if definition.is_words]
    found: dict[Key, str] = {key: str(DEFINITIONS[key].default_value) for key in keys}
    rows = db.session.execute(
        sa.select(TownValue.key, TownValue.words)
        .where(
            TownValue.municipality_id == municipality_id,
            TownValue.key.in_(keys),
            TownValue.valid_from <= (today or clock.today()),
        )
        .order_by(*OLDEST_FIRST)
    )
    for row in rows:
        found[row.key] = row.words or str(DEFINITIONS[row.key].default_value)
    return found


def area_word(words: Mapping[Key, str]) -> str:
    """What stands over an area of the town: its kind, or the town's own word for it."""
    kind = AreaType(words[Key.AREA_TYPE])
    return words[Key.AREA_KIND] if kind is AreaType.OTHER else str(kind.label)


def office_hours(municipality_id: int, *, today: date | None = None) -> tuple[time, time]:
    """When the town office opens and closes; one statement."""
    held = values_of([municipality_id], today=today)[municipality_id]
    opens, closes = (time(*divmod(held[key], 60)) for key in (Key.OPENS, Key.CLOSES))
    return opens, closes


@dataclass(frozen=True)
class Version:
    """One version of a value: who set it when, from which day on."""

    row: TownValue
    person: str
    in_force: bool
    planned: bool  # holds from a day to come, unless another is written for that day

    @property
    def definition(self) -> Definition:
        """What it means."""
        return DEFINITIONS[self.row.key]

    @property
    def value(self) -> Value:
        """What it says, the default where it puts that back."""
        held = self.row.held
        return self.definition.default_value if held is None else held


@dataclass(frozen=True)
class Held:
    """A value as a town holds it, and who set it; nobody where it never did."""

    key: Key
    value: Value
    is_default: bool
    changed_by: str  # "" when it was never changed
    changed_at: datetime | None
    version: int  # how often it was changed
    planned: Version | None = None  # the next one to hold

    @property
    def definition(self) -> Definition:
        """What it means."""
        return DEFINITIONS[self.key]


def town_values(
    viewer: Viewer, municipality_id: int, *, today: date | None = None
) -> dict[NumberGroup, list[Held]]:
    """Every value of the town by group, in the order to show; one statement.

    :raises NotFoundError: when the viewer does not read the town's settings
    """
    found = _versions(viewer, municipality_id, list(Key), today or clock.today())
    return {
        group: [_held(key, found.get(key, [])) for key in keys_of(group)] for group in NumberGroup
    }


def versions(
    viewer: Viewer, municipality_id: int, key: Key, *, today: date | None = None
) -> list[Version]:
    """Every version of a value, the newest first; one statement.

    :raises NotFoundError: when the viewer does not read the town's settings
    """
    return _versions(viewer, municipality_id, [key], today or clock.today()).get(key, [])[::-1]


def _versions(
    viewer: Viewer, municipality_id: int, keys: Sequence[Key], today: date
) -> dict[Key, list[Version]]:
    if municipality_id not in policy.towns_read(viewer):
        raise NotFoundError
    rows = db.session.execute(
        sa.select(TownValue, Person.name)
        .join(Person, Person.id == TownValue.changed_by_id)
        .where(TownValue.municipality_id == municipality_id, TownValue.key.in_(keys))
        .order_by(TownValue.key, TownValue.number)
    )
    by_key: dict[Key, list[tuple[TownValue, str]]] = {}
    for row, name in rows:
        by_key.setdefault(row.key, []).append((row, name))
    return {key: _dated(kept, today) for key, kept in by_key.items()}


def _dated(kept: Sequence[tuple[TownValue, str]], today: date) -> list[Version]:
    holding = {row.valid_from: row for row, _name in kept}  # of two for a day, the later one
    current = max((day for day in holding if day <= today), default=None)
    return [
        Version(
            row,
            name,
            in_force=holding[row.valid_from] is row and row.valid_from == current,
            planned=holding[row.valid_from] is row and row.valid_from > today,
        )
        for row, name in kept
    ]


def _held(key: Key, kept: Sequence[Version]) -> Held:
    now = next((one for one in kept if one.in_force), None)
    planned = min(
        (one for one in kept if one.planned), key=lambda one: one.row.valid_from, default=None
    )
    default = DEFINITIONS[key].default_value
    if now is None:
        return Held(key, default, True, "", None, len(kept), planned)
    is_default = now.row.held is None
    return Held(key, now.value, is_default, now.person, now.row.changed_at, len(kept), planned)


def group_version(held: Iterable[Held]) -> int:
    """Grows with every change of any of them; rows are never deleted."""
    return sum(one.version for one in held)


def get_version(viewer: Viewer, version_id: int) -> TownValue:
    """The version.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(TownValue).where(TownValue.id == version_id, policy.values_visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def rows_for_change(municipality_id: int, group: NumberGroup) -> dict[Key, list[TownValue]]:
    """Every version of the group's values, oldest first; nobody else writes one until the end.

    For the service.
    """
    # A weaker lock than usual: rows that only name the town (a case, say) need not wait for it.
    town = sa.select(Municipality.id).where(Municipality.id == municipality_id)
    db.session.execute(town.with_for_update(key_share=True))
    rows = db.session.scalars(
        sa.select(TownValue)
        .where(TownValue.municipality_id == municipality_id, TownValue.key.in_(keys_of(group)))
        .order_by(TownValue.key, TownValue.number)
        .execution_options(populate_existing=True)
    )
    found: dict[Key, list[TownValue]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row)
    return found
