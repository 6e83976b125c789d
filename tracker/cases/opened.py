"""Who opened a case, as its office may know it: in what part, how often and when last; no names."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Membership
from tracker.accounts.roles import ROLE_LABELS, Role
from tracker.accounts.standing import in_force
from tracker.accounts.viewer import Viewer
from tracker.cases import policy
from tracker.cases.models import Case, OfficeReveal
from tracker.core import clock
from tracker.core.db import db
from tracker.core.traces import AccessTrace

# Where somebody has several roles in a town, the one in which they most likely read it.
_ORDER = (
    Role.CENTRE,
    Role.OFFICER,
    Role.COORDINATOR,
    Role.PRIVACY,
    Role.MEMBER,
    Role.ADMINISTRATOR,
    Role.PREFECTURE,
    Role.AGENCY,
)


@dataclass(frozen=True)
class Readers:
    """People of one role who opened the text, or asked who had filed it."""

    role: Role | None  # None: they belong to nothing any more
    people: int
    times: int
    last_at: datetime
    asked_for_office: int  # times

    @property
    def name(self) -> str:
        """What they are called."""
        return _("Somebody who has left") if self.role is None else str(ROLE_LABELS[self.role])


def by_role(viewer: Viewer, case: Case) -> list[Readers]:
    """Those outside the filer's office, by role; [] when nobody did, or the viewer may not know.

    Three statements. Roles are those of today.
    """
    if not policy.is_filers_office(viewer, case):
        return []
    mine = AccessTrace.subject == "cases", AccessTrace.subject_id == case.id
    last = sa.func.max(AccessTrace.at).label("last_at")
    opened = db.session.execute(
        sa.select(AccessTrace.person_id, sa.func.count(AccessTrace.id).label("times"), last)
        .where(*mine)
        .group_by(AccessTrace.person_id)
    ).all()
    asked = _asked_for_office(case.id)
    roles = _roles({row.person_id for row in opened}, viewer.organisation_ids(Role.AGENCY))
    found: dict[Role | None, list[sa.Row[int, int, datetime]]] = defaultdict(list)
    for row in opened:
        if Role.AGENCY not in roles.get(row.person_id, ()):
            found[_first(roles.get(row.person_id, set()))].append(row)
    readers = [
        Readers(
            role,
            len(rows),
            sum(row.times for row in rows),
            max(row.last_at for row in rows),
            sum(asked.get(row.person_id, 0) for row in rows),
        )
        for role, rows in found.items()
    ]
    return sorted(readers, key=lambda one: one.last_at, reverse=True)


def _first(roles: set[Role]) -> Role | None:
    return next((role for role in _ORDER if role in roles), None)


def _asked_for_office(case_id: int) -> dict[int, int]:
    statement = (
        sa.select(OfficeReveal.person_id, sa.func.count(OfficeReveal.id))
        .where(OfficeReveal.case_id == case_id)
        .group_by(OfficeReveal.person_id)
    )
    return dict(db.session.execute(statement).all())


def _roles(people: set[int], own: frozenset[int]) -> dict[int, set[Role]]:
    """Person → roles today; `AGENCY` only for colleagues of who asks."""
    statement = sa.select(Membership.person_id, Membership.role, Membership.organisation_id).where(
        Membership.person_id.in_(people), in_force(clock.today())
    )
    roles: dict[int, set[Role]] = defaultdict(set)
    for row in db.session.execute(statement):
        if row.role is not Role.AGENCY or row.organisation_id in own:
            roles[row.person_id].add(row.role)
    return roles
