"""Readers of what a meeting is shown: vignettes, options, what there is already."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.issues.material import queries as material
from tracker.issues.material.models import IssueOption, Vignette
from tracker.issues.models import RegionalIssue
from tracker.meetings import means, reading


def _found(get, who, column):
    """What `get` finds of every row with this key."""
    found = []
    for key in db.session.scalars(sa.select(column).order_by(column)):
        try:
            found.append(get(who, key))
        except NotFoundError:
            continue
    return found


def _serving(who):
    issues = db.session.scalars(
        sa.select(RegionalIssue).options(joinedload(RegionalIssue.area))
    ).all()
    return means.serving(who, issues, today=the_clock.today())


READERS = {
    material.get_vignette: lambda who: _found(material.get_vignette, who, Vignette.id),
    material.get_option: lambda who: _found(material.get_option, who, IssueOption.id),
    means.serving: _serving,
}
OWN_ONLY = {
    reading.sheets_of: "of items of a meeting that was opened for the viewer before",
}
