"""Setting the values of a town from a day on, and putting one back; a version is never changed."""

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.viewer import Viewer
from tracker.core import audit, clock, events
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.i18n import labelled, sentences
from tracker.settings import policy
from tracker.settings.values import queries, small_cells
from tracker.settings.values.definitions import DEFINITIONS, keys_of
from tracker.settings.values.kinds import Definition, NumberGroup, ValueKind
from tracker.settings.values.models import Key, TownValue, Value
from tracker.settings.values.queries import Held
from tracker.settings.values.trying import Trial

Rows = dict[Key, list[TownValue]]


def set_values(
    municipality_id: int,
    group: NumberGroup,
    numbers: Mapping[Key, Value],
    *,
    by: Viewer,
    at: datetime,
    after: int,
    valid_from: date | None = None,
) -> int:
    """The town holds these values of the group from the day on; how many changed.

    :param numbers: those that are left out stay as they are
    :param after: the version of the group the writer has read
    :param valid_from: None: from today on
    :raises InvalidInputError: naming the value that is out of bounds
    :raises ConflictError: when somebody else set one of them meanwhile
    """
    require(policy.can_edit(by, municipality_id))
    today = clock.local(at).date()
    day = valid_from or today
    if day < today:
        raise InvalidInputError("valid_from", _("Please choose today or a later day."))
    check(group, numbers)
    rows = _as_read(municipality_id, group, after)
    check(group, {**{key: _held(key, rows, day) for key in keys_of(group)}, **numbers})
    changed = [key for key in numbers if numbers[key] != _held(key, rows, day)]
    for key in changed:
        _write(municipality_id, key, numbers[key], rows, day, by=by, at=at)
    if changed:
        events.town_values_set.send(municipality_id=municipality_id, group=group)
    return len(changed)


def put_back(municipality_id: int, key: Key, *, by: Viewer, at: datetime, after: int) -> None:
    """The town holds the default again from today, whatever was planned; who did it stays known.

    :param after: the version of the value's group the writer has read
    :raises ConflictError: when somebody else set a value of the group meanwhile
    """
    require(policy.can_edit(by, municipality_id))
    rows = _as_read(municipality_id, DEFINITIONS[key].group, after)
    today = clock.local(at).date()
    days = {today, *(row.valid_from for row in rows.get(key, ()) if row.valid_from > today)}
    wrong = [day for day in sorted(days) if _held(key, rows, day) != _default(key)]
    for day in wrong:
        _hold_again(municipality_id, key, None, rows, day, by=by, at=at)


def use_again(version: TownValue, *, by: Viewer, at: datetime, after: int) -> None:
    """From today the town holds what this version says: a new version with the old value.

    :param after: the version of the value's group the writer has read
    :raises InvalidInputError: when it does not fit the others any more
    :raises ConflictError: when somebody else set a value of the group meanwhile
    """
    require(policy.can_edit(by, version.municipality_id))
    rows = _as_read(version.municipality_id, DEFINITIONS[version.key].group, after)
    today = clock.local(at).date()
    _hold_again(version.municipality_id, version.key, version.held, rows, today, by=by, at=at)


def different(
    viewer: Viewer, municipality_id: int, numbers: Mapping[Key, Value], *, today: date
) -> Trial:
    """What would be different of what the town holds, for values whose effect is what they say.

    One statement.
    """
    group = DEFINITIONS[next(iter(numbers))].group
    held = queries.town_values(viewer, municipality_id, today=today)[group]
    changes = [
        labelled(one.definition.label, _before_and_after(one, value))
        for one in held
        if (value := numbers.get(one.key, one.value)) != one.value
    ]
    heading = ngettext(
        "%(num)s value would be different", "%(num)s values would be different", len(changes)
    )
    return Trial(heading, tuple(changes))


def _before_and_after(one: Held, value: Value) -> str:
    return f"{said(one.definition, one.value)} → {said(one.definition, value)}"


def _hold_again(
    municipality_id: int,
    key: Key,
    value: Value | None,
    rows: Rows,
    day: date,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    group = DEFINITIONS[key].group
    wanted = _default(key) if value is None else value
    check(group, {**{other: _held(other, rows, day) for other in keys_of(group)}, key: wanted})
    _write(municipality_id, key, value, rows, day, by=by, at=at)
    events.town_values_set.send(municipality_id=municipality_id, group=group)


# Of two, the first has to be less than the second; said beside the first.
IN_ORDER = ((Key.BAND_B, Key.BAND_A), (Key.OPENS, Key.CLOSES))


def check(group: NumberGroup, numbers: Mapping[Key, Value]) -> None:
    """Return only when each value may be set, and they fit each other.

    :raises InvalidInputError: naming the first that may not
    """
    for key in keys_of(group):
        if key in numbers:
            _check_bounds(key, DEFINITIONS[key], numbers[key])
    for less, more in IN_ORDER:
        first, second = numbers.get(less), numbers.get(more)
        if isinstance(first, int) and isinstance(second, int) and first >= second:
            raise InvalidInputError(less, _out_of_order(less))
    small_cells.check(numbers)


def _out_of_order(key: Key) -> str:
    if key is Key.OPENS:
        return _("The office has to open before it closes.")
    return _("Priority B has to begin with fewer points than priority A.")


def _check_bounds(key: Key, definition: Definition, value: Value) -> None:
    if definition.choices is not None:
        if value not in definition.choices:
            raise InvalidInputError(key, bounds(definition))
        return
    size = len(value) if isinstance(value, str) else value
    if size < definition.least and definition.why_least is not None:
        raise InvalidInputError(key, sentences(definition.why_least, bounds(definition)))
    if isinstance(value, str) is not definition.is_words or not (
        definition.least <= size <= definition.most
    ):
        raise InvalidInputError(key, bounds(definition))


def bounds(definition: Definition) -> str:
    """What may be typed, as a sentence."""
    if definition.kind is ValueKind.TIME:
        return _("Please write a time, for example 8:30.")
    if definition.choices is not None:
        return _("Please choose one of the list.")
    if definition.is_words:
        return _("Please write 1 to %(most)s characters.", most=definition.most)
    return _(
        "Please write a number from %(least)s to %(most)s.",
        least=definition.least,
        most=definition.most,
    )


def said(definition: Definition, value: Value) -> str:
    """A value in words, without its unit."""
    if value == 0 and definition.zero is not None:
        return str(definition.zero)
    match definition.kind:
        case ValueKind.SWITCH:
            return _("on") if value else _("off")
        case ValueKind.TIME if isinstance(value, int):
            hours, minutes = divmod(value, 60)
            return f"{hours}:{minutes:02}"
        case ValueKind.CHOICE if definition.choices is not None:
            return str(definition.choices.get(str(value), value))
    return str(value)


def _as_read(municipality_id: int, group: NumberGroup, after: int) -> Rows:
    rows = queries.rows_for_change(municipality_id, group)
    if sum(map(len, rows.values())) != after:
        raise ConflictError(_("This was changed while you were reading. Please look again."))
    return rows


def _held(key: Key, rows: Rows, day: date) -> Value:
    """What holds on that day."""
    begun = [row for row in rows.get(key, ()) if row.valid_from <= day]
    last = max(begun, key=lambda row: (row.valid_from, row.number), default=None)
    held = last.held if last else None
    return _default(key) if held is None else held


def _default(key: Key) -> Value:
    return DEFINITIONS[key].default_value


def _write(
    municipality_id: int,
    key: Key,
    value: Value | None,
    rows: Rows,
    day: date,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    before = rows.setdefault(key, [])
    was = before[-1] if before else None
    words = value if isinstance(value, str) else None
    row = TownValue(
        municipality_id=municipality_id,
        key=key,
        number=before[-1].number + 1 if before else 1,
        valid_from=day,
        value=None if isinstance(value, str) else value,
        words=words,
        changed_by_id=by.person_id,
        changed_at=at,
    )
    db.session.add(row)
    db.session.flush()
    before.append(row)
    now = {"key": key, "value": row.value, "number": row.number, "valid_from": day.isoformat()}
    change = Change(
        was={"key": key, "value": was.value if was else None},
        now=now,
        replaced_texts={"words": was.words} if was and was.words else {},
        written_texts={"words": words} if words else {},
    )
    audit.record(by, "town_value.set", row, at=at, change=change)
