"""The work on an action between its stages, for tests: a milestone, a comment, an absence."""

from datetime import date, timedelta

import sqlalchemy as sa

from tests import agreements
from tests.factories import person_called
from tracker.accounts.viewer import Viewer
from tracker.actions.models import Action
from tracker.actions.work import holding, service
from tracker.actions.work.holding import DelegationDraft
from tracker.actions.work.models import ActionComment, Audience, Delegation, Milestone
from tracker.actions.work.service import CommentDraft
from tracker.core import clock
from tracker.core.db import db


def add_milestone(action: Action, by: Viewer, due_on: date | None = None) -> Milestone:
    """There is one more thing to reach, in a month unless said."""
    due_on = due_on or clock.today() + timedelta(days=30)
    service.add_milestone(action, "手伝う人を集める", due_on, by=by, at=clock.now())
    db.session.commit()
    return db.session.scalars(sa.select(Milestone).order_by(Milestone.id.desc()).limit(1)).one()


def say(action: Action, by: Viewer, audience: Audience = Audience.ALL) -> ActionComment:
    """A comment nobody is told of."""
    draft = CommentDraft("町内会からも声がありました。", audience)
    made = service.comment(action, draft, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return made


def delegate(by: Viewer, deputy: str) -> Delegation:
    """Somebody stands in for a week from today."""
    last = clock.today() + timedelta(days=7)
    draft = DelegationDraft(person_called(deputy).person_id, clock.today(), last)
    made = holding.delegate(draft, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return made


def examples(action: Action, mori: Viewer) -> dict[str, object]:
    """A row for each name in addresses."""
    return {
        "milestone_id": add_milestone(action, mori).id,
        "comment_id": say(action, mori).id,
        "delegation_id": delegate(mori, "hara").id,
        "agreement_id": agreements.enter(mori, action_id=action.id).id,
    }


def rows(actions: dict[str, Action], sato: Viewer, mori: Viewer, tani: Viewer) -> dict[str, object]:
    """Kind of row → name → row, of both towns; one comment is for Sato's centre alone."""
    east, away = actions["east"], actions["away"]
    return {
        "agreements": {"east": agreements.enter(mori), "away": agreements.enter(tani)},
        "delegations": {"east": delegate(sato, "hoshino"), "away": delegate(tani, "kawai")},
        "comments": {
            "all": say(east, mori),
            "own": say(east, sato, Audience.OWN),
            "away": say(away, tani),
        },
    }
