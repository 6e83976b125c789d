"""Who in the centre looks after a case. The office is not told: it is the centre's own matter."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, aliased, mapped_column

from tracker.accounts.models import Membership, Organisation, OrganisationArea, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import in_force, is_open
from tracker.accounts.viewer import Viewer
from tracker.cases import history, policy
from tracker.cases.models import Case, CaseStatus
from tracker.core.db import Model, db
from tracker.core.errors import ConflictError, InvalidInputError, require

OVER = frozenset({CaseStatus.WITHDRAWN, CaseStatus.CLOSED})


class CaseAssignment(Model):
    """A case was given to somebody, or to nobody; those of one click share their `act`."""

    __tablename__ = "case_assignments"
    __table_args__ = (
        sa.Index("ix_case_assignments_case", "case_id", "id"),
        sa.Index("ix_case_assignments_by", "by_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    was_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    act: Mapped[str] = mapped_column(sa.String(36))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


def assignable(area_ids: frozenset[int], *, today: date) -> dict[int, dict[int, str]]:
    """Who may look after cases, by area: names by person, in order of joining; one statement.

    The people of the centres that serve the area; an area without a centre has no entry.
    """
    rows = db.session.execute(
        sa.select(OrganisationArea.area_id, Person.id, Person.name)
        .join(Membership, Membership.organisation_id == OrganisationArea.organisation_id)
        .join(Organisation, Organisation.id == OrganisationArea.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            OrganisationArea.area_id.in_(area_ids),
            Membership.role == Role.CENTRE,
            Person.disabled_at.is_(None),
            in_force(today),
            is_open(today),
        )
        .order_by(OrganisationArea.area_id, Membership.id)
    )
    found: dict[int, dict[int, str]] = {}
    for area_id, person_id, name in rows:
        found.setdefault(area_id, {})[person_id] = name
    return found


def assign_case(
    case: Case,
    person_id: int | None,
    *,
    among: Mapping[int, Mapping[int, str]],
    by: Viewer,
    at: datetime,
    act: str | None = None,
) -> None:
    """This person of the area's centre looks after the case, or (None) nobody does.

    :param among: who may look after cases of this area, see `assignable`
    :param act: key of the click, when it does this to several cases
    :raises InvalidInputError: when the person does not work in that centre, or does so already
    :raises ConflictError: when the case is over
    """
    require(policy.can_sort(by, case))
    if case.status in OVER or case.duplicate_of_id is not None:
        raise ConflictError(history.not_now(case))
    if case.assigned_to_id == person_id:
        raise InvalidInputError("person_id", _("It is so already."))
    if person_id is not None and person_id not in among.get(case.area_id, {}):
        raise InvalidInputError("person_id", _("Please choose somebody of the area's centre."))
    was = history.coded(case)
    db.session.add(
        CaseAssignment(
            case_id=case.id,
            person_id=person_id,
            was_id=case.assigned_to_id,
            by_id=by.person_id,
            act=act or history.new_act(),
            at=at,
        )
    )
    case.assigned_to_id, case.updated_at = person_id, at
    history.record(case, "case.assigned", was, by=by, at=at)


def is_past(case: Case, assignment: CaseAssignment) -> bool:
    """Has the case been given to somebody else since, or to another centre?"""
    return case.assigned_to_id != assignment.person_id


def take_back(case: Case, assignment: CaseAssignment, *, by: Viewer, at: datetime) -> None:
    """The case is looked after by whoever it was before.

    :raises ConflictError: when it was given to somebody else since, or after a day
    """
    require(policy.can_sort(by, case) and assignment.by_id == by.person_id)
    over = assignment.undone_at is not None or at - assignment.at > policy.UNDO_WITHIN
    if over or is_past(case, assignment):
        raise ConflictError(_("The last step cannot be taken back any more."))
    was = history.coded(case)
    assignment.undone_at = at
    case.assigned_to_id, case.updated_at = assignment.was_id, at
    history.record(case, "case.assigned", was, by=by, at=at)


def assignments_of(viewer: Viewer, case: Case) -> Sequence[sa.Row[datetime, str, str]]:
    """When, by whom and to whom (None: nobody) the case was given, first to last.

    For the people of its centre; one statement.
    """
    require(policy.can_sort(viewer, case))
    giver, taker = aliased(Person), aliased(Person)
    return db.session.execute(
        sa.select(CaseAssignment.at, giver.name.label("giver"), taker.name.label("taker"))
        .join(giver, giver.id == CaseAssignment.by_id)
        .outerjoin(taker, taker.id == CaseAssignment.person_id)
        .where(CaseAssignment.case_id == case.id, CaseAssignment.undone_at.is_(None))
        .order_by(CaseAssignment.id)
    ).all()
