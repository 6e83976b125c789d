"""A van that goes live in the east, and the round of the worker that asks who could use it."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tests import factories
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.outbox import OutboxMail, link_key
from tracker.followup.models import Question
from tracker.jobs import worker
from tracker.resources import service as resources
from tracker.resources.models import ResourceStatus


@pytest.fixture
def work(app, clock):
    """One round of the worker, after so long."""

    def go(**how_long):
        clock.move(**how_long)
        db.session.rollback()
        worker.round_of_work(app, the_clock.now())
        db.session.expire_all()

    return go


@pytest.fixture
def go_live(sato, clock):
    """Sato puts a van into use that was being prepared."""

    def go(by=sato, **changes):
        van = factories.make_resource(by, status=ResourceStatus.PLANNED, **changes)
        resources.set_live(van, by=by, at=clock.now(), today=the_clock.today())
        db.session.commit()
        return van

    return go


@pytest.fixture
def asked(aoi, go_live, work):
    """Aoi's case, and the question whether the van can be used for it."""
    factories.make_case(by=aoi)
    go_live()
    work(minutes=16)
    return question()


def question():
    """The only question, with its case."""
    loaded = sa.select(Question).options(joinedload(Question.case))
    return db.session.scalars(loaded).one()


def questions():
    """All, oldest first."""
    return db.session.scalars(sa.select(Question).order_by(Question.id)).all()


def mailed_path():
    """The path of the link that was mailed last."""
    mail = db.session.scalars(
        sa.select(OutboxMail)
        .where(OutboxMail.event.in_(("use_this", "did_it_help")))
        .order_by(OutboxMail.id.desc())
        .limit(1)
    ).one()
    return mail.facts["path"] + link_key(mail.event, mail.facts["seed"])


def press(browser, path, answer, reason=""):
    """Open the page and press one of its buttons."""
    pages = (browser.get(address).text for address in (path, "/sign-in"))
    tokens = (re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page) for page in pages)
    token = next(found.group(1) for found in tokens if found)
    fields = {"csrf_token": token, "answer": answer, "reason": reason}
    return browser.post(path, data=fields)
