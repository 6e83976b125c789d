"""Setting the numbers of a town, and putting one back to its default."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.core import audit, events
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.i18n import sentences
from tracker.settings import policy
from tracker.settings.values import queries
from tracker.settings.values.definitions import DEFINITIONS, Definition, NumberGroup, keys_of
from tracker.settings.values.models import Key, TownValue


def set_values(
    municipality_id: int,
    group: NumberGroup,
    numbers: Mapping[Key, int],
    *,
    by: Viewer,
    at: datetime,
    after: int,
) -> int:
    """The town holds these numbers of the group; how many changed.

    :param numbers: those that are left out stay as they are
    :param after: the version of the group the writer has read
    :raises InvalidInputError: naming the number that is out of bounds
    :raises ConflictError: when somebody else set one of them meanwhile
    """
    require(policy.can_edit(by, municipality_id))
    check(group, numbers)
    rows = _as_read(municipality_id, group, after)
    changed = 0
    for key, number in numbers.items():
        row = rows.get(key)
        if number != _held(key, row):
            _write(municipality_id, key, row, number, by=by, at=at)
            changed += 1
    if changed:
        events.town_values_set.send(municipality_id=municipality_id, group=group)
    return changed


def put_back(municipality_id: int, key: Key, *, by: Viewer, at: datetime, after: int) -> None:
    """The town holds the default again; who did it stays known.

    :param after: the version of the number's group the writer has read
    :raises ConflictError: when somebody else set a number of the group meanwhile
    """
    require(policy.can_edit(by, municipality_id))
    row = _as_read(municipality_id, DEFINITIONS[key].group, after).get(key)
    if row is not None and row.value is not None:
        _write(municipality_id, key, row, None, by=by, at=at)
        group = DEFINITIONS[key].group
        events.town_values_set.send(municipality_id=municipality_id, group=group)


def check(group: NumberGroup, numbers: Mapping[Key, int]) -> None:
    """Return only when each number may be set, and they fit each other.

    :raises InvalidInputError: naming the first that may not
    """
    for key in keys_of(group):
        if key in numbers:
            _check_bounds(key, DEFINITIONS[key], numbers[key])
    first, second = numbers.get(Key.BAND_A), numbers.get(Key.BAND_B)
    if first is not None and second is not None and second >= first:
        raise InvalidInputError(
            Key.BAND_B, _("Priority B has to begin with fewer points than priority A.")
        )


def _check_bounds(key: Key, definition: Definition, number: int) -> None:
    if number < definition.least and definition.why_least is not None:
        raise InvalidInputError(key, sentences(definition.why_least, bounds(definition)))
    if not definition.least <= number <= definition.most:
        raise InvalidInputError(key, bounds(definition))


def bounds(definition: Definition) -> str:
    """What may be typed, as a sentence."""
    return _(
        "Please write a number from %(least)s to %(most)s.",
        least=definition.least,
        most=definition.most,
    )


def _as_read(municipality_id: int, group: NumberGroup, after: int) -> dict[Key, TownValue]:
    rows = queries.rows_for_change(municipality_id, group)
    if sum(row.version for row in rows.values()) != after:
        raise ConflictError(_("This was changed while you were reading. Please look again."))
    return rows


def _held(key: Key, row: TownValue | None) -> int:
    held = row.value if row is not None else None
    return DEFINITIONS[key].default if held is None else held


def _write(
    municipality_id: int,
    key: Key,
    row: TownValue | None,
    value: int | None,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    was = row.value if row is not None else None
    if row is None:
        row = TownValue(municipality_id=municipality_id, key=key)
        db.session.add(row)
    row.value, row.changed_by_id, row.changed_at = value, by.person_id, at
    change = Change(
        was={"key": key, "value": was},
        now={"key": key, "value": value},
        replaced_texts={},
        written_texts={},
    )
    audit.record(by, "town_value.set", row, at=at, change=change)
