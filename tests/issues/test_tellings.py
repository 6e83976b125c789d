"""Whatever is attached, published, decided and taken back, in any order: each is told once."""

from collections import Counter
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests import factories
from tracker.cases.history import new_act
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import TrackerError
from tracker.core.outbox import WAITS, OutboxMail
from tracker.issues import service
from tracker.issues.models import ClosedAs, IssueStatus
from tracker.notifications.models import Event, Notice


class Telling(RuleBasedStateMachine):
    """Steps of an issue with cases of two offices, each taken or refused as a whole."""

    def __init__(self, people, case_ids, moving):
        super().__init__()
        self.sato, self.mori = people
        self.case_ids, self.clock = case_ids, moving
        self.point = db.session.begin_nested()
        who = {"by": self.sato, "at": clock.now(), "today": clock.today()}
        draft = factories.issue_draft(None)
        self.issue = service.raise_issue(draft, [case_ids[0]], **{**who, "by": self.mori})
        service.confirm(self.issue, by=self.mori, at=clock.now())

    def attempt(self, verb, *words):
        """All of it, or nothing."""
        try:
            with db.session.begin_nested():
                verb(self.issue, *words, by=self.mori, at=clock.now())
        except TrackerError:
            db.session.expire_all()

    def attempt_act(self, verb, *words):
        self.attempt(partial(verb, act=new_act()), *words)

    @rule(minutes=st.sampled_from((1, 20, 60 * 30)))
    def wait(self, minutes):
        self.clock.move(minutes=minutes)

    @rule(index=st.integers(0, 3))
    def attach(self, index):
        self.attempt(service.attach, [self.case_ids[index]])

    @rule(index=st.integers(0, 3))
    def detach(self, index):
        self.attempt(service.detach, self.case_ids[index])

    @rule()
    def publish(self):
        self.attempt_act(service.put_on_agenda, "推進会議")

    @rule()
    def drop(self):
        self.attempt_act(service.take_off_agenda)

    @rule()
    def decide(self):
        self.attempt_act(service.decide, "販売車を頼む。")

    @rule()
    def ask(self):
        self.attempt_act(service.ask_information, "件数は？")

    @rule()
    def begin(self):
        self.attempt_act(service.begin_action, "始めました。")

    @rule()
    def live(self):
        self.attempt_act(service.resource_live, "見晴らし号", clock.today())

    @rule()
    def undo(self):
        self.attempt(service.undo_last)

    @invariant()
    def each_person_is_told_of_each_milestone_once(self):
        rows = db.session.execute(
            sa.select(Notice.person_id, Notice.event).where(
                Notice.once == f"issue:{self.issue.id}", Notice.withdrawn_at.is_(None)
            )
        )
        twice = [key for key, times in Counter(map(tuple, rows)).items() if times > 1]
        assert not twice

    @invariant()
    def no_mail_waits_without_its_notice(self):
        waiting = sa.select(OutboxMail.person_id, OutboxMail.event, OutboxMail.act).where(WAITS)
        shown = sa.select(Notice.person_id, Notice.event, Notice.act)
        notices = {(p, str(event), act) for p, event, act in db.session.execute(shown)}
        assert {tuple(row) for row in db.session.execute(waiting)} <= notices

    def teardown(self):
        self.point.rollback()
        db.session.expire_all()


@pytest.mark.both
def test_each_person_is_told_once_whatever_the_order(app, aoi, kato, sato, nishi, mori, clock):
    case_ids = [
        factories.accept(factories.make_case(by=filer), by=centre).id
        for filer, centre in ((aoi, sato), (aoi, sato), (kato, nishi), (kato, nishi))
    ]
    machine = partial(Telling, (sato, mori), case_ids, clock)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_that_a_closed_need_came_back_is_told_once_a_closing(issue, aoi, sato, road, clock):
    road.lead(issue, IssueStatus.CLOSED)
    for _case in range(2):
        clock.move(days=62)
        factories.accept(factories.make_case(by=aoi), by=sato)
    road.close(issue, ClosedAs.WITHOUT_PROOF)
    events = [
        event
        for event in db.session.scalars(
            sa.select(Notice.event).where(Notice.person_id == aoi.person_id).order_by(Notice.id)
        )
        if event in {Event.ISSUE_CLOSED, Event.ISSUE_REGRESSED}
    ]
    assert events == [Event.ISSUE_CLOSED, Event.ISSUE_REGRESSED, Event.ISSUE_CLOSED]
