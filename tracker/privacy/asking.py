"""What a form or an address asks of the log, with numbers and names looked up."""

from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.accounts.viewer import Viewer
from tracker.core.db import db
from tracker.privacy.locating import locate
from tracker.privacy.queries import LogFilter

NOBODY = 0  # a key no row has: what was asked for is not there, so nothing fits


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
    """What fits the filter; a number or a name that is not known fits nothing.

    :param person_id: counts where no sign-in name is given
    """
    subject_id = None
    if record:
        found = locate(viewer, record, kind=subject)
        subject, subject_id = found or (subject, NOBODY)
    if who:
        person_id = db.session.scalar(sa.select(Person.id).where(Person.login == who)) or NOBODY
    return LogFilter(person_id, subject, subject_id, since, until)
