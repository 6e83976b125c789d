"""How a step is taken: walk an edge, write the history, seal the audit entry, tell the office."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts import working
from tracker.accounts.models import Person
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import turnaround
from tracker.cases.models import EDGES, Case, CaseStatus, CaseStep, StepKind
from tracker.core import audit, clock, gate
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError
from tracker.notifications import service as notifications
from tracker.notifications.models import Event

CODED = (
    "status",
    "disposition",
    "act_type_code",
    "area_id",
    "gap",
    "requester",
    "outcome",
    "urgency",
    "ability_to_pay",
    "times_handled",
    "minutes_each",
    "hour_band",
    "charge",
    "charge_band",
    "paid_by",
    "age_band",
    "care_level",
    "danger",
    "acted_because",
    "bodies_agreed",
    "work_class",
    "channel",
    "disposition_reason",
    "asked_fields",
    "assigned_to_id",
    "duplicate_of_id",
)


def not_now(case: Case) -> str:
    """Why a step is refused: where the case stands."""
    if case.duplicate_of_id is not None:
        return _("This case was filed twice: it goes on under its other number.")
    return _(
        "This step does not follow from where the case stands: %(state)s.",
        state=str(case.status.label),
    )


def new_act() -> str:
    """A key for what one click does."""
    return str(uuid.uuid4())


def move(
    case: Case,
    to: CaseStatus,
    kind: StepKind,
    *,
    by: Viewer,
    at: datetime,
    act: str | None = None,
    sentence: str = "",
) -> str:
    """Walk one edge and write it into the history; the act's key comes back.

    :raises ConflictError: when there is no such edge, or the case goes on under another number
    """
    if (case.status, to) not in EDGES or case.duplicate_of_id is not None:
        raise ConflictError(not_now(case))
    kept = {"was": turnaround.kept(case)}
    was, case.status = case.status, to
    case.status_since, case.updated_at = at, at
    turnaround.turn(case, was, at=at)
    return step(case, kind, was, by=by, at=at, act=act, sentence=sentence, changed=kept)


def step(
    case: Case,
    kind: StepKind,
    was: CaseStatus | None,
    *,
    by: Viewer,
    at: datetime,
    organisation_id: int | None = None,
    act: str | None = None,
    sentence: str = "",
    undone: bool = False,
    changed: Mapping[str, Any] | None = None,
) -> str:
    """Write one entry of the case's history; the act's key comes back.

    :param changed: columns before and after that taking the step back puts back
    """
    act = act or new_act()
    db.session.add(
        CaseStep(
            case_id=case.id,
            kind=kind,
            was=was,
            became=case.status,
            sentence=sentence,
            person_id=by.person_id,
            organisation_id=organisation_id or _acting_organisation(case, by),
            act=act,
            at=at,
            undone_at=at if undone else None,
            changed=None if changed is None else dict(changed),
        )
    )
    return act


def steps(
    cases: Sequence[Case], kind: StepKind, *, by: Viewer, at: datetime, act: str, sentence: str
) -> None:
    """The same entry in the history of each case, which stays where it stands; one statement."""
    if not cases:
        return
    gate.require_storable("sentence", sentence)
    db.session.flush()
    rows = [
        {
            "case_id": case.id,
            "kind": kind,
            "was": case.status,
            "became": case.status,
            "sentence": sentence,
            "person_id": by.person_id,
            "organisation_id": _acting_organisation(case, by),
            "act": act,
            "at": at,
        }
        for case in cases
    ]
    db.session.execute(sa.insert(CaseStep), rows)


def _acting_organisation(case: Case, by: Viewer) -> int:
    if case.organisation_id in by.organisation_ids(Role.AGENCY):
        return case.organisation_id
    serving = [s for s in by.as_role(Role.CENTRE) if case.area_id in s.area_ids]
    in_town = [s for s in by.standings if s.municipality_id == case.municipality_id]
    return (serving or in_town or list(by.standings))[0].organisation_id


def coded(case: Case) -> dict[str, Any]:
    """The coded fields of the case as they are now, for the audit log."""
    values = {name: getattr(case, name) for name in CODED}
    return {**values, "occurred_month": case.occurred_month.isoformat()}


def record(
    case: Case,
    verb: str,
    was: Mapping[str, Any],
    *,
    by: Viewer,
    at: datetime,
    written: Mapping[str, str] | None = None,
    replaced: Mapping[str, str] | None = None,
    confirmed: Sequence[str] = (),
) -> None:
    """Append to the audit log what differs from `was`.

    :param written: free texts as they are now; only their hashes are kept in the entry
    :param replaced: free texts as they were, when they changed
    :param confirmed: names of free texts that were marked and vouched for
    """
    now = coded(case)
    changed = {name: value for name, value in now.items() if was.get(name) != value}
    if confirmed:
        changed["details_confirmed"] = list(confirmed)
    change = Change(
        was={name: was[name] for name in changed if name in was},
        now=changed,
        replaced_texts=replaced or {},
        written_texts=written or {},
    )
    audit.record(by, verb, case, at=at, change=change)


def tell(case: Case, event: Event, act: str, *, at: datetime, once: str | None = None) -> None:
    """Whoever filed it is told; see `filers`."""
    tell_all([case], event, act, at=at, once=once)


def tell_all(
    cases: Sequence[Case], event: Event, act: str, *, at: datetime, once: str | None = None
) -> None:
    """Whoever filed these cases is told of each, or with `once` of the first; few statements."""
    told = filers_of(cases, at)
    tellings = [
        (person, notifications.About(case.number, f"/cases/{case.id}", once))
        for case in cases
        for person in told[case.id]
    ]
    notifications.tell_each(tellings, event, act=act, at=at)


def filers(case: Case, at: datetime) -> Sequence[Person]:
    """Whoever filed the case; when they have left, who may invite in its office, else everybody."""
    return filers_of([case], at)[case.id]


def filers_of(cases: Sequence[Case], at: datetime) -> dict[int, Sequence[Person]]:
    """The filers of each case, by its id; none where nobody works in the office any more."""
    today = clock.local(at).date()
    offices = working.active_people({case.organisation_id for case in cases}, today=today)
    found: dict[int, Sequence[Person]] = {}
    for case in cases:
        people = offices.get(case.organisation_id, [])
        filer = [person for person, _heads in people if person.id == case.filed_by_id]
        heads = [person for person, heads in people if heads]
        found[case.id] = filer or heads or [person for person, _heads in people]
    return found
