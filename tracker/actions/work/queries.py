"""Reading the work on actions: milestones, use, talk, who has what in hand, who stands in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Membership, Organisation, Person
from tracker.accounts.standing import in_force as member_in_force
from tracker.accounts.viewer import Viewer
from tracker.actions import policy as action_policy
from tracker.actions.agreements.models import Agreement
from tracker.actions.models import ENDED, Action
from tracker.actions.policy import WORKERS
from tracker.actions.work import knowing, policy, use
from tracker.actions.work.knowing import Known
from tracker.actions.work.models import (
    ActionComment,
    ActionMention,
    ActionUse,
    Delegation,
    Milestone,
)
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.core.i18n import named


@dataclass(frozen=True)
class Worker:
    """Somebody who may take things on, with the body they work in."""

    person_id: int
    name: str
    organisation_id: int
    organisation: str


@dataclass(frozen=True)
class Said:
    """A comment as one viewer may read it."""

    id: int
    text: str
    who: str
    organisation: str
    told: list[str]
    to_all: bool
    at: datetime
    mine: bool


@dataclass(frozen=True)
class Work:
    """Everything on the page of an action beside its stages and its log."""

    known: Sequence[Known]
    milestones: Sequence[Milestone]
    uses: Sequence[ActionUse]
    comments: list[Said]
    deputies: Sequence[Delegation]  # who stands in for its holder, today and later
    agreements: Sequence[Agreement]
    why_review: use.WhyReview | None = field(default=None)

    @property
    def done(self) -> int:
        """How many milestones are reached."""
        return sum(one.done_on is not None for one in self.milestones)


def work_on(viewer: Viewer, action: Action, *, today: date) -> Work:
    """What is known and said of an action that was opened for the viewer before."""
    uses = uses_of(action.id)
    return Work(
        known=knowing.known(action.id),
        milestones=milestones_of(action.id),
        uses=uses,
        comments=comments_of(viewer, action.id),
        deputies=stand_ins(viewer, action.holder_id, today=today),
        agreements=agreements_of(action.id),
        why_review=use.why_review(uses),
    )


def milestones_of(action_id: int) -> Sequence[Milestone]:
    """Milestones of an action that was opened before, by day."""
    return db.session.scalars(
        sa.select(Milestone)
        .where(Milestone.action_id == action_id, Milestone.removed_at.is_(None))
        .order_by(Milestone.due_on, Milestone.id)
    ).all()


def uses_of(action_id: int) -> Sequence[ActionUse]:
    """Figures of an action that was opened before, newest month first; at most two years."""
    return db.session.scalars(
        sa.select(ActionUse)
        .where(ActionUse.action_id == action_id)
        .order_by(ActionUse.month.desc(), ActionUse.action_id)
        .limit(24)
    ).all()


def agreements_of(action_id: int) -> Sequence[Agreement]:
    """Agreements that came of an action that was opened before, oldest first."""
    return db.session.scalars(
        sa.select(Agreement).where(Agreement.action_id == action_id).order_by(Agreement.id)
    ).all()


def comments_of(viewer: Viewer, action_id: int) -> list[Said]:
    """What was said about an action that was opened before, as far as the viewer may read it."""
    rows = db.session.scalars(
        sa.select(ActionComment)
        .where(
            ActionComment.action_id == action_id,
            ActionComment.withdrawn_at.is_(None),
            policy.comments_visible_to(viewer),
        )
        .options(joinedload(ActionComment.person), joinedload(ActionComment.organisation))
        .order_by(ActionComment.id)
    ).all()
    told = _told([row.id for row in rows])
    return [
        Said(
            id=row.id,
            text=row.text,
            who=row.person.name,
            organisation=named(row.organisation),
            told=told.get(row.id, []),
            to_all=row.audience == "all",
            at=row.at,
            mine=policy.can_withdraw(viewer, row),
        )
        for row in rows
    ]


def _told(comment_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = db.session.execute(
        sa.select(ActionMention.comment_id, Person.name)
        .join(Person, Person.id == ActionMention.person_id)
        .where(ActionMention.comment_id.in_(comment_ids))
        .order_by(ActionMention.comment_id, Person.id)
    )
    for comment_id, name in rows:
        found.setdefault(comment_id, []).append(name)
    return found


def get_comment(viewer: Viewer, comment_id: int) -> ActionComment:
    """One comment the viewer may read.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(ActionComment)
        .join(Action, Action.id == ActionComment.action_id)
        .where(
            ActionComment.id == comment_id,
            ActionComment.withdrawn_at.is_(None),
            action_policy.visible_to(viewer),
            policy.comments_visible_to(viewer),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_milestone(viewer: Viewer, milestone_id: int) -> Milestone:
    """One milestone of an action the viewer may know of.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(Milestone)
        .join(Action, Action.id == Milestone.action_id)
        .where(
            Milestone.id == milestone_id,
            Milestone.removed_at.is_(None),
            action_policy.visible_to(viewer),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def workers(viewer: Viewer, *, today: date, organisation_id: int | None = None) -> list[Worker]:
    """People of the viewer's town who can take something on, by body and id; each body once.

    :param organisation_id: only those of this body
    """
    statement = (
        sa.select(
            Person.id, Person.name, Organisation.id, Organisation.name_ja, Organisation.name_en
        )  # fmt: skip
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            policy.works_in(viewer),
            Membership.role.in_(WORKERS),
            member_in_force(today),
            Person.disabled_at.is_(None),
        )
        .distinct()
        .order_by(Organisation.id, Person.id)
    )
    if organisation_id is not None:
        statement = statement.where(Organisation.id == organisation_id)
    return [Worker(row[0], row[1], row[2], named(row)) for row in db.session.execute(statement)]


def bodies_of(viewer: Viewer, person_id: int) -> frozenset[int]:
    """Organisations of the viewer's towns in which somebody works or worked; for the service."""
    return frozenset(
        db.session.scalars(
            sa.select(Membership.organisation_id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(
                Membership.person_id == person_id,
                Membership.role.in_(WORKERS),
                policy.bodies_known(viewer),
            )
        )
    )


@dataclass(frozen=True)
class InHand:
    """Everything a person holds."""

    person: Person
    actions: Sequence[Action]
    agreements: Sequence[Agreement]

    @property
    def is_empty(self) -> bool:
        """Is there nothing to hand over?"""
        return not self.actions and not self.agreements

    @property
    def keys(self) -> str:
        """What was listed, so that a preview can be told from what stands there later."""
        held = [f"a{row.id}" for row in self.actions] + [f"g{row.id}" for row in self.agreements]
        return " ".join(held)


def in_hand(viewer: Viewer, person_id: int, *, today: date) -> InHand:
    """What somebody holds in the viewer's towns and has not ended, by id.

    :raises NotFoundError: when nobody of the viewer's towns has this key
    """
    person = db.session.get(Person, person_id)
    if person is None or not bodies_of(viewer, person_id):
        raise NotFoundError
    actions = db.session.scalars(
        sa.select(Action)
        .where(
            Action.holder_id == person_id,
            action_policy.visible_to(viewer),
            Action.stage.not_in(sorted(ENDED)),
        )
        .order_by(Action.id)
    ).all()
    towns = viewer.municipality_ids(*WORKERS)
    running = sa.or_(Agreement.valid_until.is_(None), Agreement.valid_until >= today)
    agreements = db.session.scalars(
        sa.select(Agreement)
        .where(Agreement.holder_id == person_id, Agreement.municipality_id.in_(towns), running)
        .order_by(Agreement.id)
    ).all()
    return InHand(person, actions, agreements)


def holders(viewer: Viewer) -> list[tuple[int, str]]:
    """People who have an open action or an agreement of the viewer's towns in hand, by id."""
    towns = viewer.municipality_ids(*WORKERS)
    acting = sa.select(Action.holder_id).where(
        action_policy.visible_to(viewer), Action.stage.not_in(sorted(ENDED))
    )
    keeping = sa.select(Agreement.holder_id).where(Agreement.municipality_id.in_(towns))
    rows = db.session.execute(
        sa.select(Person.id, Person.name)
        .where(sa.or_(Person.id.in_(acting), Person.id.in_(keeping)))
        .order_by(Person.id)
    )
    return [(row.id, row.name) for row in rows]


def stand_ins(viewer: Viewer, holder_id: int | None, *, today: date) -> Sequence[Delegation]:
    """Who stands in for this person today or later, soonest first."""
    if holder_id is None:
        return []
    return _delegations(viewer, Delegation.holder_id == holder_id, today=today)


def delegations(viewer: Viewer, *, today: date) -> Sequence[Delegation]:
    """Who stands in for whom in the viewer's towns, today or later, soonest first."""
    return _delegations(viewer, sa.true(), today=today)


def _delegations(
    viewer: Viewer, condition: sa.ColumnElement[bool], *, today: date
) -> Sequence[Delegation]:
    not_ended = sa.or_(Delegation.ended_on.is_(None), Delegation.ended_on > today)
    return db.session.scalars(
        sa.select(Delegation)
        .where(
            policy.delegations_visible_to(viewer),
            condition,
            Delegation.until_on >= today,
            not_ended,
        )
        .options(joinedload(Delegation.holder), joinedload(Delegation.delegate))
        .order_by(Delegation.from_on, Delegation.id)
    ).all()


def get_delegation(viewer: Viewer, delegation_id: int) -> Delegation:
    """One delegation, with its two people.

    :raises NotFoundError: when there is none, or it is not the viewer's to know
    """
    found = db.session.scalars(
        sa.select(Delegation)
        .where(Delegation.id == delegation_id, policy.delegations_visible_to(viewer))
        .options(joinedload(Delegation.holder), joinedload(Delegation.delegate))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found
