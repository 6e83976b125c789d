"""Readers of the way from cases to proof: the chain, and what upper floors add to it."""

import sqlalchemy as sa

from tracker.actions import traced as traced_actions
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.issues.models import RegionalIssue
from tracker.issues.proof import queries as proof
from tracker.issues.tracing import queries as tracing
from tracker.meetings import traced as traced_meetings
from tracker.resources.models import Resource


def _of_each(model, read):
    """What is found of every row; where the viewer is refused, nothing."""

    def ask(who):
        found = []
        for key in db.session.scalars(sa.select(model.id).order_by(model.id)):
            try:
                found += read(who, key)
            except NotFoundError:
                continue
        return found

    return ask


READERS = {
    tracing.trace: _of_each(
        RegionalIssue, lambda who, key: [tracing.trace(who, key, today=the_clock.today())]
    ),
    proof.may_compare: lambda who: any(
        proof.may_compare(who, issue)
        for issue in db.session.scalars(sa.select(RegionalIssue).order_by(RegionalIssue.id))
    ),
    tracing.of_case: _of_each(Case, tracing.of_case),
    tracing.of_resource: _of_each(Resource, tracing.of_resource),
    traced_actions.actions_of: _of_each(
        RegionalIssue, lambda who, key: traced_actions.actions_of(viewer=who, issue_id=key)
    ),
    traced_meetings.items_of: _of_each(
        RegionalIssue,
        lambda who, key: traced_meetings.items_of(
            viewer=who, issue_id=key, today=the_clock.today()
        ),
    ),
}
