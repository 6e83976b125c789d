"""Cases of two offices, and an issue in whatever state a test asks for."""

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.cases.history import new_act
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues import service
from tracker.issues.models import ClosedAs, IssueStatus
from tracker.notifications.models import Notice

S = IssueStatus
ANSWER = "移動販売が始まり、買い物に困る声が減りました。"


@pytest.fixture
def case(aoi, sato):
    """A case of Aoi that the centre has accepted."""
    return factories.accept(factories.make_case(by=aoi), by=sato)


@pytest.fixture
def issue(case, sato):
    """A candidate of the east, raised by Sato from Aoi's case."""
    return factories.make_issue(sato, case)


class Road:
    """Leads an issue along the edges, as the people of the town would."""

    def __init__(self, sato, mori, hara):
        self.sato, self.mori, self.hara = sato, mori, hara

    def who(self, person, **more):
        return {"by": person, "at": the_clock.now(), **more}

    def lead(self, issue, status):
        """The issue stands there, by the shortest way."""
        self._STEPS[status](self, issue)
        db.session.commit()
        return issue

    def _confirmed(self, issue):
        service.confirm(issue, **self.who(self.sato))

    def _on_agenda(self, issue):
        self._confirmed(issue)
        service.put_on_agenda(issue, "推進会議", **self.who(self.mori, act=new_act()))

    def _decided(self, issue):
        self._on_agenda(issue)
        service.decide(issue, "移動販売を頼む。", **self.who(self.mori, act=new_act()))

    def _in_action(self, issue):
        self._decided(issue)
        service.begin_action(issue, "調べ始めました。", **self.who(self.sato, act=new_act()))

    def _watching(self, issue):
        self._in_action(issue)
        who = self.who(self.sato, act=new_act())
        service.resource_live(issue, "見晴らし号", the_clock.today(), **who)

    def _closed(self, issue):
        self._watching(issue)
        self.close(issue, ClosedAs.WITHOUT_PROOF)

    def _parked(self, issue):
        service.park(
            issue, until=None, wakes_at_cases=3, reason="もう少し待つ。", **self.who(self.sato)
        )

    def _forwarded(self, issue):
        self._on_agenda(issue)
        service.refer_up(issue, "県に尋ねる。", **self.who(self.mori, act=new_act()))

    def _declined(self, issue):
        service.decline(issue, "すでに配達があります。", **self.who(self.sato))

    def close(self, issue, closed_as):
        """Mori proposes, Hara agrees."""
        who = self.who(self.mori, today=the_clock.today())
        service.propose_close(issue, closed_as, ANSWER, **who)
        service.second_close(issue, **self.who(self.hara, today=the_clock.today()))
        db.session.commit()

    _STEPS = {
        S.CANDIDATE: lambda self, issue: None,
        S.CONFIRMED: _confirmed,
        S.ON_AGENDA: _on_agenda,
        S.DECIDED: _decided,
        S.IN_ACTION: _in_action,
        S.WATCHING: _watching,
        S.CLOSED: _closed,
        S.PARKED: _parked,
        S.FORWARDED: _forwarded,
        S.DECLINED: _declined,
    }


@pytest.fixture
def road(sato, mori, hara, clock):
    """Whoever leads an issue along."""
    return Road(sato, mori, hara)


@pytest.fixture
def told(app):
    """(event, withdrawn?) of every notice, in the order they were written."""

    def notices():
        rows = db.session.scalars(sa.select(Notice).order_by(Notice.id))
        return [(notice.event, notice.withdrawn_at is not None) for notice in rows]

    return notices
