"""The letterbox, and the worker that is looked after by hand."""

import pytest

from tests.jobs.mail_server import Letterbox, mail_server
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.jobs import worker


@pytest.fixture
def letterbox(app):
    """A mail server that is running."""
    letterbox = Letterbox()
    with mail_server(app, letterbox):
        yield letterbox


@pytest.fixture
def work(app):
    """One round of the worker, after so long."""

    def go(clock=None, **how_long):
        if clock is not None:
            clock.move(**how_long)
        db.session.rollback()
        done = worker.round_of_work(app, the_clock.now())
        db.session.expire_all()
        return done

    return go
