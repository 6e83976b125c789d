"""How the readers of actions between their stages are asked about everything there is."""

import sqlalchemy as sa

from tests.house import readers
from tracker.actions import board, lessons
from tracker.actions import queries as actions
from tracker.actions.agreements import queries as agreements
from tracker.actions.agreements.models import Agreement
from tracker.actions.agreements.queries import AgreementFilter
from tracker.actions.lessons import LessonFilter
from tracker.actions.models import Action
from tracker.actions.queries import ActionFilter
from tracker.actions.work import queries as work
from tracker.actions.work.models import ActionComment, Delegation, Milestone
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError

OPENED = "of an action that was opened for the viewer before"


def _rows(statement):
    return db.session.execute(statement).all()


def _in_hand(who):
    """What anybody holds; somebody of another town is nobody."""
    found = []
    for person_id in _holder_ids():
        try:
            held = work.in_hand(who, person_id, today=the_clock.today())
        except NotFoundError:
            continue
        found += [*held.actions, *held.agreements]
    return found


def _holder_ids():
    return sorted(set(db.session.scalars(sa.select(Action.holder_id))) - {None})


READERS = {
    board.with_progress: lambda who: _rows(
        board.with_progress(who, ActionFilter(), the_clock.today())
    ),
    board.board: lambda who: [
        card
        for column in board.board(who, ActionFilter(), the_clock.today())
        for card in column.cards
    ],
    board.milestones_by_action: lambda who: board.milestones_by_action(
        who, db.session.scalars(sa.select(Action.id)).all()
    ),
    lessons.lessons: lambda who: _rows(lessons.lessons(who, LessonFilter())),
    work.comments_of: lambda who: [
        said
        for action_id in db.session.scalars(sa.select(Action.id))
        for said in work.comments_of(who, action_id)
    ],
    work.get_comment: readers._getter(work.get_comment, ActionComment),
    work.get_milestone: readers._getter(work.get_milestone, Milestone),
    work.workers: lambda who: work.workers(who, today=the_clock.today()),
    work.bodies_of: lambda who: [
        body for person_id in _holder_ids() for body in work.bodies_of(who, person_id)
    ],
    work.in_hand: _in_hand,
    work.holders: work.holders,
    work.stand_ins: lambda who: [
        one
        for holder_id in db.session.scalars(sa.select(Delegation.holder_id))
        for one in work.stand_ins(who, holder_id, today=the_clock.today())
    ],
    work.delegations: lambda who: work.delegations(who, today=the_clock.today()),
    work.get_delegation: readers._getter(work.get_delegation, Delegation),
    agreements.agreements: lambda who: _rows(
        agreements.agreements(who, AgreementFilter(), today=the_clock.today())
    ),
    agreements.get_agreement: readers._getter(agreements.get_agreement, Agreement),
    agreements.actions_to_name: agreements.actions_to_name,
}
OWN_ONLY = {
    actions.narrowed: "conditions that only narrow a list further; nothing is looked up",
    work.work_on: OPENED,
}
