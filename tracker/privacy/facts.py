"""What an entry of the log says of coded fields, before and after, in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.accounts.roles import ROLE_LABELS, Role
from tracker.actions.models import Stage
from tracker.cases.models import CaseStatus, Disposition
from tracker.core import clock
from tracker.core.i18n import date_short, listed
from tracker.issues.candidates.models import CandidateState
from tracker.issues.models import IssueStatus
from tracker.meetings.models import MeetingLevel, MeetingStatus, Outcome
from tracker.privacy.exports.models import ExportKind, Purpose
from tracker.privacy.naming import Name, Place
from tracker.resources.models import Capacity, ResourceStatus

Facts = Mapping[str, Any]  # {"was": {…}, "now": {…}}

# Coded fields that are shown, in this order; others are numbers for machines.
FIELDS: dict[str, LazyString] = {
    "status": _l("State"),
    "state": _l("State"),
    "stage": _l("Stage"),
    "disposition": _l("Sorted to"),
    "outcome": _l("Outcome"),
    "present": _l("Present"),
    "person": _l("Person"),
    "person_id": _l("Person"),
    "organisation": _l("Organisation"),
    "organisation_id": _l("Organisation"),
    "office": _l("Organisation"),
    "role": _l("Role"),
    "may_invite": _l("May invite"),
    "is_head": _l("Head"),
    "holder_id": _l("In the hands of"),
    "assignee_id": _l("In the hands of"),
    "from": _l("From which body"),
    "into": _l("Into which body"),
    "area_id": _l("Area"),
    "act_type": _l("Act type"),
    "act_type_code": _l("Act type"),
    "level": _l("Level"),
    "kind": _l("Kind"),
    "number": _l("No."),
    "office_number": _l("Office number"),
    "name_ja": _l("Name (Japanese)"),
    "name_en": _l("Name (English)"),
    "language": _l("Language"),
    "held_on": _l("On which day"),
    "held_at": _l("On which day"),
    "on": _l("On which day"),
    "month": _l("Which month"),
    "occurred_month": _l("Which month"),
    "valid_from": _l("Valid from"),
    "since_on": _l("From which day"),
    "until_on": _l("Until which day"),
    "until": _l("Until which day"),
    "ended_on": _l("Until which day"),
    "closed_on": _l("Closed on"),
    "fiscal_year": _l("Fiscal year"),
    "capacity": _l("Places"),
    "key": _l("Setting"),
    "value": _l("Value set"),
    "rows": _l("Rows"),
    "purpose": _l("What the file is for"),
    "agrees": _l("Agreed"),
    "reason": _l("Reason"),
    "people": _l("People"),
    "accounts": _l("Accounts"),
    "cases": _l("Cases"),
    "signed_out": _l("Sign-ins ended"),
    "way": _l("Way"),
}
# Fields that name a row → its table.
NAMING = {
    "person": "people",
    "person_id": "people",
    "holder_id": "people",
    "assignee_id": "people",
    "organisation": "organisations",
    "organisation_id": "organisations",
    "office": "organisations",
    "from": "organisations",
    "into": "organisations",
    "area_id": "areas",
}
# Fields whose codes have words: whichever of these knows the code.
CODES: dict[str, tuple[type[StrEnum], ...]] = {
    "disposition": (Disposition,),
    "stage": (Stage,),
    "outcome": (Outcome,),
    "level": (MeetingLevel,),
    "capacity": (Capacity,),
    "kind": (ExportKind,),
    "purpose": (Purpose,),
}
STATES: dict[str, type[StrEnum]] = {
    "cases": CaseStatus,
    "issues": IssueStatus,
    "meetings": MeetingStatus,
    "actions": Stage,
    "resources": ResourceStatus,
    "candidates": CandidateState,
}
LONGEST = 60  # a longer value is no code


@dataclass(frozen=True)
class Said:
    """One field: what it was, what it is; "" where the entry does not say."""

    field: str
    was: str
    now: str


def places(subject: str, facts: Facts) -> Iterator[Place]:
    """The rows that the facts name by their keys."""
    for part in ("was", "now"):
        for field, value in (facts.get(part) or {}).items():
            if field in NAMING and isinstance(value, int) and _names_row(subject, field):
                yield NAMING[field], value


def in_words(subject: str, facts: Facts, names: Mapping[Place, Name]) -> list[Said]:
    """Every coded field that has a word and changed; [] when the entry has none."""
    was, now = facts.get("was") or {}, facts.get("now") or {}
    found = []
    for field, label in FIELDS.items():
        if field not in {**was, **now} or (field in was and was.get(field) == now.get(field)):
            continue
        before = _said(subject, field, was[field], names) if field in was else ""
        after = _said(subject, field, now[field], names) if field in now else ""
        if before or after:
            found.append(Said(str(label), before, after))
    return found


def as_line(said: Iterable[Said]) -> str:
    """All of it in one line, for a file."""
    lines = [
        f"{one.field}: {one.was} → {one.now}" if one.was else f"{one.field}: {one.now}"
        for one in said
    ]
    return listed(lines)


def _names_row(subject: str, field: str) -> bool:
    return field not in {"from", "into"} or subject == "organisations"


def _said(subject: str, field: str, value: Any, names: Mapping[Place, Name]) -> str:
    """The value in words; a code without words as it is; "" for what is no code."""
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return listed(_said(subject, field, one, names) for one in value)
    if isinstance(value, int):
        name = names.get((NAMING.get(field, ""), value))
        return str(name) if name is not None else str(value)
    if not isinstance(value, str) or len(value) > LONGEST:
        return ""
    return _coded(subject, field, value)


def _coded(subject: str, field: str, value: str) -> str:
    if field == "role" and value in set(Role):
        return str(ROLE_LABELS[Role(value)])
    known = CODES.get(field, ())
    if field in {"status", "state"} and subject in STATES:
        known = (STATES[subject],)
    for codes in known:
        if value in set(codes):
            return str(codes(value).label)  # type: ignore[attr-defined]
    return _as_day(value)


def _as_day(value: str) -> str:
    """A date as people write it, everything else as it is."""
    try:
        if len(value) == len("2026-11-24"):
            return date_short(date.fromisoformat(value))
        if len(value) > len("2026-11-24T") and value[10] == "T":
            return date_short(clock.local(datetime.fromisoformat(value)).date())
    except ValueError:
        pass
    return value
