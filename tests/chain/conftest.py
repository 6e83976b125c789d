"""The whole chain as the demo's people walk it, a milestone at a time."""

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.models import Pace, Person
from tracker.accounts.roles import Role
from tracker.actions import service as actions
from tracker.actions.models import Action, Stage
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.outbox import OutboxMail
from tracker.issues import service as issues
from tracker.issues.models import ClosedAs
from tracker.meetings import outcomes
from tracker.meetings import service as meetings
from tracker.meetings.models import Outcome
from tracker.meetings.outcomes import DecidedAction, OutcomeDraft
from tracker.notifications.models import Notice

DECISION = "移動販売の車に来てもらうことに取り組みます。"
STUDY = "停まる場所を町内会と調べ始めました。"
ANSWER = "販売車が週二回来ています。件数が少なく、減ったとはまだ言い切れません。"
MILESTONES = ("filed", "accepted", "grouped", "confirmed", "published", "held", "decided")
MILESTONES += ("minuted", "studied", "tried", "live", "proposed", "closed")


class Chain:
    """Two cases of Aoi and one of a second office, and what becomes of them."""

    def __init__(self, clock, second, people):
        self.clock, self.second, self.people = clock, second, people
        self.cases, self.issue, self.meeting, self.item = [], None, None, None
        self.reached = None

    def walk(self, to):
        """Go on as far as this milestone, a day after the other."""
        done = MILESTONES.index(self.reached) + 1 if self.reached else 0
        for milestone in MILESTONES[done : MILESTONES.index(to) + 1]:
            self.clock.move(days=1)
            getattr(self, f"_{milestone}")()
            db.session.commit()
            self.reached = milestone
        return self

    def again(self, milestone):
        """It was taken back and is done once more, an hour later."""
        self.clock.move(hours=1)
        getattr(self, f"_{milestone}")()
        db.session.commit()

    def who(self, login, **more):
        """As the services want it."""
        return {"by": self.people[login], "at": the_clock.now(), **more}

    def act(self, verb, *what, by, **more):
        """One of them does something, and it is saved."""
        verb(*what, **self.who(by), **more)
        db.session.commit()

    @property
    def action(self):
        """The action that the meeting decided."""
        return db.session.scalars(sa.select(Action)).one()

    def _filed(self):
        area_id = min(self.people["sato"].area_ids(Role.CENTRE))
        filers = (self.people["aoi"], self.people["aoi"], self.second)
        self.cases = [factories.make_case(by=filer, area_id=area_id) for filer in filers]

    def _accepted(self):
        for case in self.cases:
            factories.accept(case, by=self.people["sato"])

    def _grouped(self):
        self.issue = factories.make_issue(self.people["sato"], *self.cases)

    def _confirmed(self):
        issues.confirm(self.issue, **self.who("mori"))

    def _published(self):
        self.meeting = factories.plan_meeting(self.people["mori"])
        self.item = factories.put_on_agenda(self.meeting, self.issue, by=self.people["mori"])
        factories.publish_meeting(self.meeting, self.people["mori"])

    def _held(self):
        factories.begin_meeting(self.meeting, self.people["mori"])

    def _decided(self):
        who, today = self.who("mori"), the_clock.today()
        text = "三つの町内に停まれる場所がある。"
        outcomes.write_discussion(self.meeting, self.item, text, **who)
        owner_id = min(self.people["mori"].organisation_ids())
        decided = DecidedAction(self.issue.id, factories.action_draft(owner_id))
        draft = OutcomeDraft(Outcome.ADOPT, DECISION, actions=(decided,))
        outcomes.note_outcome(self.meeting, self.item, draft, today=today, **who)

    def _minuted(self):
        meetings.draft_minutes(self.meeting, **self.who("mori"))
        meetings.approve_minutes(self.meeting, **self.who("hara"))
        meetings.close_answered(self.meeting, **self.who("mori"))

    def _studied(self):
        actions.move(self.action, Stage.STUDY, STUDY, **self.who("mori"))

    def _tried(self):
        factories.move_action(self.action, Stage.TRIAL, by=self.people["mori"])

    def _live(self):
        factories.move_action(self.action, Stage.LIVE, by=self.people["mori"])

    def _proposed(self):
        who = self.who("mori", today=the_clock.today())
        issues.propose_close(self.issue, ClosedAs.WITHOUT_PROOF, ANSWER, **who)

    def _closed(self):
        issues.second_close(self.issue, **self.who("hara", today=the_clock.today()))


@pytest.fixture
def second(app, aoi):
    """Hinata, a care manager of a second office of the town, who takes mails."""
    (town,) = aoi.municipality_ids(Role.AGENCY)
    office = factories.make_organisation("ひなた居宅介護支援事業所", town)
    made = factories.make_person("hinata", office.id)
    db.session.get_one(Person, made.person_id).email = "hinata@miharashi.example"
    db.session.commit()
    return made


@pytest.fixture
def chain(app, clock, second, aoi, sato, mori, hara):
    """Nothing has happened yet; everybody has each mail at once."""
    db.session.execute(sa.update(Person).values(mail_news=Pace.AT_ONCE))
    db.session.commit()
    return Chain(clock, second, {"aoi": aoi, "sato": sato, "mori": mori, "hara": hara})


def told(person, *, withdrawn=False):
    """Events this person was told of, first to last, as notices; and the same of the mails."""
    gone = Notice.withdrawn_at.is_not(None) if withdrawn else Notice.withdrawn_at.is_(None)
    stopped = OutboxMail.stopped_at.is_not(None) if withdrawn else OutboxMail.stopped_at.is_(None)
    notices = sa.select(Notice.event).where(Notice.person_id == person.person_id, gone)
    mails = sa.select(OutboxMail.event).where(OutboxMail.person_id == person.person_id, stopped)
    said = [event.value for event in db.session.scalars(notices.order_by(Notice.id))]
    assert list(db.session.scalars(mails.order_by(OutboxMail.id))) == said
    return said
