"""Asking offices by mail whether an entry is still true, and taking their one answer."""

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import Person
from tracker.accounts.standing import token_hash
from tracker.accounts.viewer import Viewer
from tracker.core import events, outbox
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.notifications import service as notices
from tracker.notifications import times
from tracker.notifications.models import Event
from tracker.notifications.service import About
from tracker.resources import history, policy, service
from tracker.resources.asking import queries
from tracker.resources.asking.models import (
    EVENT,
    EXPIRES_AFTER,
    LinkAnswer,
    LinkState,
    ResourceAnswer,
    ResourceLink,
)
from tracker.resources.details import Worse
from tracker.resources.models import USABLE, Resource, ResourceStatus


def ask(resource: Resource, *, by: Viewer, at: datetime) -> ResourceLink:
    """A mail with a link waits for the office; links that were sent before no longer work.

    :raises ConflictError: when it has ended
    :raises InvalidInputError: without an address of the office
    """
    service.require_in_being(resource, by)
    if not resource.office_mail:
        raise InvalidInputError("office_mail", _("Please write the mail address of the office."))
    _withdraw_open(resource, at)
    seed, act = secrets.token_hex(16), str(uuid.uuid4())
    link = ResourceLink(
        resource_id=resource.id,
        seed=seed,
        token_hash=token_hash(outbox.link_key(EVENT, seed)),
        act=act,
        asked_by_id=by.person_id,
        asked_at=at,
        expires_at=at + EXPIRES_AFTER,
    )
    db.session.add(link)
    db.session.flush()
    facts = {"number": str(resource.id), "path": "/resources/confirm/", "seed": seed}
    due_at = times.after_quiet(outbox.due_after(at))
    outbox.queue_to(resource.office_mail, EVENT, facts=facts, act=act, at=at, due_at=due_at)
    history.record(resource, "resource.asked", {}, {"link": link.id}, by=by, at=at)
    return link


def ask_all(resource_ids: Iterable[int], *, by: Viewer, at: datetime, today: date) -> int:
    """Those of them that are still stale and can be asked by mail are asked; how many."""
    wanted = set(resource_ids)
    can_be = [key for key in queries.to_ask(by, today=today, at=at).by_mail if key in wanted]
    rows = db.session.scalars(
        sa.select(Resource).where(Resource.id.in_(can_be)).order_by(Resource.id)
    ).all()
    for resource in rows:
        ask(resource, by=by, at=at)
    return len(rows)


def withdraw(resource: Resource, *, by: Viewer, at: datetime) -> None:
    """The open link no longer works; its mail, when it still waits, does not go out.

    :raises ConflictError: when there is no open link
    """
    require(policy.can_edit(by, resource))
    taken_back = _withdraw_open(resource, at)
    if not taken_back:
        raise ConflictError(_("There is no open link to take back."))
    history.record(resource, "resource.asking_withdrawn", {}, {"links": taken_back}, by=by, at=at)


def _withdraw_open(resource: Resource, at: datetime) -> list[int]:
    links = queries.open_of(resource.id)
    for link in links:
        link.withdrawn_at = at
        outbox.withdraw(link.act, at=at)
    return [link.id for link in links]


@dataclass(frozen=True)
class Said:
    """What the office says by its link."""

    answer: LinkAnswer
    words: str = ""
    ended_on: date | None = None


def answer(token: str, said: Said, *, at: datetime, today: date) -> Resource:
    """The one answer of this link is taken, and the link used up.

    A yes assures the entry. That something changed waits for a keeper, who is told; a resource
    said to have ended is paused until the keeper has ended it.

    :raises NotFoundError: for a key nobody was sent
    :raises ConflictError: when it was answered, withdrawn or has expired
    :raises InvalidInputError: when it is not said what changed
    """
    link, resource = queries.link_of(token, to_use=True)
    state = link.state(at)
    if state is not LinkState.OPEN:
        raise ConflictError(str(state.label))
    if resource.status is ResourceStatus.ENDED:
        raise ConflictError(_("This resource has ended already."))
    _require_said(said, today)
    link.answered_at, link.answer = at, said.answer
    was = history.state(resource)
    if said.answer is LinkAnswer.TRUE:
        service.assure(resource, None, at=at, today=today)
    else:
        _leave_to_keeper(link, resource, said, at)
    now = {**history.state(resource), "answer": said.answer, "link": link.id}
    history.record(resource, "resource.answered_by_office", was, now, by=None, at=at)
    db.session.flush()
    return resource


def _require_said(said: Said, today: date) -> None:
    if queries.needs_words(said.answer) and not said.words:
        raise InvalidInputError("words", _("Please write in a few words what is different."))
    if said.ended_on and said.ended_on > today:
        raise InvalidInputError("ended_on", _("That day has not come yet."))


def _leave_to_keeper(link: ResourceLink, resource: Resource, said: Said, at: datetime) -> None:
    has_ended = said.answer is LinkAnswer.ENDED
    db.session.add(
        ResourceAnswer(
            link_id=link.id,
            resource_id=resource.id,
            said=said.words,
            ended_on=said.ended_on if has_ended else None,
        )
    )
    if has_ended and resource.status in USABLE:
        resource.status, resource.updated_at = ResourceStatus.SUSPENDED, at
        events.resource_worsened.send(resource_id=resource.id, how=Worse.PAUSED.value, at=at)
    asker = db.session.get_one(Person, link.asked_by_id)
    about = About(str(resource.id), f"/resources/{resource.id}", f"resource-link:{link.id}")
    notices.tell([asker], Event.RESOURCE_ANSWERED, about, act=str(uuid.uuid4()), at=at)


def handle(found: ResourceAnswer, resource: Resource, *, by: Viewer, at: datetime) -> None:
    """A keeper has put the office's answer into the entry, or found that nothing is to be done.

    :raises ConflictError: when somebody has done so already
    """
    require(policy.can_edit(by, resource))
    if found.handled_at is not None:
        raise ConflictError(_("Somebody has worked on this answer already."))
    found.handled_at, found.handled_by_id = at, by.person_id
    history.record(resource, "resource.answer_handled", {}, {"answer": found.id}, by=by, at=at)
