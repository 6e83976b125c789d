"""Steps with entries of the directory, as keepers and offices take them."""

from typing import Any

import sqlalchemy as sa

from tests.factories import make_case
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case
from tracker.cases.ticks import Ticks
from tracker.core import clock, outbox
from tracker.core.db import db
from tracker.core.outbox import OutboxMail
from tracker.resources import checklist, queries, service
from tracker.resources.asking import service as asking
from tracker.resources.asking.models import EVENT, LinkAnswer, ResourceAnswer
from tracker.resources.asking.service import Said
from tracker.resources.models import Capacity, PointAnswer, Resource
from tracker.resources.service import Room


def acting(by: Viewer) -> dict[str, Any]:
    """Who acts now."""
    return {"by": by, "at": clock.now(), "today": clock.today()}


def read(resource: Resource, by: Viewer) -> Resource:
    """The entry with everything a verb needs of it."""
    return queries.get_resource(by, resource.id)


def check_all(resource: Resource, by: Viewer, *, but: int = 0) -> Resource:
    """Every point of the checklist is looked up, or all but so many."""
    codes = [point.code for point in checklist.POINTS][but:]
    answers = dict.fromkeys(codes, (PointAnswer.SAID, ""))
    found = read(resource, by)
    service.answer_points(found, answers, **acting(by))
    db.session.commit()
    return found


def note_places(resource: Resource, by: Viewer, capacity: Capacity, **counts: int) -> Resource:
    """Whether it takes people is known as of today."""
    found = read(resource, by)
    service.set_capacity(found, Room(capacity, **counts), **acting(by))
    db.session.commit()
    return found


def tried(by: Viewer, result: str, *resources: Resource, **changes: Any) -> Case:
    """A case beside which this was ticked as what came of these resources."""
    ticks = Ticks(resources={one.id: result for one in resources})
    return make_case(by=by, ticks=ticks, **changes)


def ask(resource: Resource, by: Viewer) -> str:
    """The office is asked by mail; the key of its link."""
    asking.ask(read(resource, by), by=by, at=clock.now())
    db.session.commit()
    return keys()[-1]


def say_changed(key: str, words: str = "火曜はお休みになりました。") -> ResourceAnswer:
    """The office writes by its link that something has changed."""
    said = Said(LinkAnswer.CHANGED, words)
    asking.answer(key, said, at=clock.now(), today=clock.today())
    db.session.commit()
    newest = sa.select(ResourceAnswer).order_by(ResourceAnswer.id.desc()).limit(1)
    return db.session.scalars(newest).one()


def keys() -> list[str]:
    """The keys of the links that were mailed, the first one first."""
    mails = sa.select(OutboxMail).where(OutboxMail.event == EVENT).order_by(OutboxMail.id)
    return [outbox.link_key(EVENT, mail.facts["seed"]) for mail in db.session.scalars(mails)]
