"""What a form or an address asks of the log, with numbers and names looked up."""

from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Person
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import InvalidInputError
from tracker.core.traces import AccessTrace
from tracker.privacy import policy
from tracker.privacy.locating import locate, people_of
from tracker.privacy.queries import LogFilter


def wanted(
    viewer: Viewer,
    *,
    subject: str = "",
    record: str = "",
    who: str = "",
    person_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> LogFilter:
    """What fits the filter.

    :param person_id: counts where no sign-in name is given
    :raises InvalidInputError: for a number, an address or a name that nothing of the town has
    """
    subject_id = None
    if record:
        found = locate(viewer, record, kind=subject)
        if found is None:
            raise InvalidInputError("record", _("Nothing of your town has this number or address."))
        subject, subject_id = found
    if who:
        person_id = _known(viewer, who)
        if person_id is None:
            raise InvalidInputError("who", _("Nobody of this sign-in name stands in your log."))
    return LogFilter(person_id, subject, subject_id, since, until)


def _known(viewer: Viewer, login: str) -> int | None:
    """The key of somebody of the viewer's towns, or of another who acted or read there."""
    towns = viewer.municipality_ids(Role.PRIVACY)
    acted = sa.select(AuditEntry.id).where(
        AuditEntry.actor_id == Person.id, AuditEntry.chain.in_(towns)
    )
    opened = sa.select(AccessTrace.id).where(
        AccessTrace.person_id == Person.id, policy.opened_of(towns)
    )
    theirs = sa.or_(Person.id.in_(people_of(towns)), acted.exists(), opened.exists())
    return db.session.scalar(sa.select(Person.id).where(Person.login == login.strip(), theirs))
