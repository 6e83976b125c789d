"""A meeting of the town with two issues and one attendee, walked to where a test wants it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time

import pytest

from tests import factories
from tracker.accounts.viewer import Viewer
from tracker.actions import queries as action_queries
from tracker.actions.service import ActionDraft
from tracker.core import clock
from tracker.core.db import db
from tracker.issues import service as issues
from tracker.issues.models import RegionalIssue
from tracker.issues.service import IssueDraft
from tracker.meetings import attendance, outcomes, queries, service
from tracker.meetings.attendance import AttendeeDraft
from tracker.meetings.models import AgendaItem, ItemKind, Meeting, MeetingLevel, Outcome
from tracker.meetings.outcomes import DecidedAction, OutcomeDraft
from tracker.meetings.service import ItemDraft, MeetingDraft

DAY = date(2026, 11, 24)
STATEMENT = "店が閉まり、買い物に行けない人が増えている。"


@dataclass
class Room:
    """One meeting, and the people around it."""

    meeting_id: int
    issues: list[RegionalIssue]
    mori: Viewer
    iin: Viewer

    @property
    def meeting(self) -> Meeting:
        """The meeting as it stands."""
        return queries.get_meeting(self.mori, self.meeting_id)

    @property
    def items(self) -> Sequence[AgendaItem]:
        """Its agenda as it stands."""
        return queries.items_of(self.meeting_id)

    def add_item(self, issue: RegionalIssue, title: str) -> None:
        """One item more."""
        question = "移動販売を試すかどうか"
        draft = ItemDraft(ItemKind.ISSUE, (issue.id,), title, question, "東センター", 30)
        service.add_item(self.meeting, draft, by=self.mori, at=clock.now(), today=clock.today())
        db.session.commit()

    def publish(self) -> "Room":
        """The agenda is open to those invited, and their pledge is signed."""
        service.publish(self.meeting, by=self.mori, at=clock.now(), today=clock.today())
        db.session.commit()
        return self

    def pledge(self) -> "Room":
        """The member has signed."""
        attendance.sign_pledge(self.meeting, by=self.iin, at=clock.now(), today=clock.today())
        db.session.commit()
        return self

    def hold(self) -> "Room":
        """Everybody came."""
        everybody = [one.id for one in queries.attendees_of(self.meeting_id)]
        attendance.note_attendance(self.meeting, everybody, by=self.mori, at=clock.now())
        service.hold(self.meeting, by=self.mori, at=clock.now())
        db.session.commit()
        return self

    def adopt(self, discussion: str = "移動販売車を試したいという声が多かった。") -> "Room":
        """The first item was talked about and adopted, with one action; the rest was noted."""
        first, *rest = self.items
        owner = min(action_queries.owners(self.mori))[0]
        action = ActionDraft("移動販売車の試行", "NEW", owner, date(2027, 3, 31), "週1回来る")
        draft = OutcomeDraft(
            Outcome.ADOPT, "事例が続いている。", actions=(DecidedAction(self.issues[0].id, action),)
        )
        outcomes.write_discussion(self.meeting, first, discussion, by=self.mori, at=clock.now())
        self.note(first, draft)
        for item in rest:
            self.note(item, OutcomeDraft(Outcome.HOLD, "調べてから。", on=date(2027, 1, 31)))
        return self

    def note(self, item: AgendaItem, draft: OutcomeDraft) -> None:
        """What came of the item."""
        outcomes.note_outcome(
            self.meeting, item, draft, by=self.mori, at=clock.now(), today=clock.today()
        )
        db.session.commit()

    def approve(self) -> "Room":
        """The minutes are final."""
        service.draft_minutes(self.meeting, by=self.mori, at=clock.now())
        service.approve_minutes(self.meeting, by=factories.person_called("hara"), at=clock.now())
        db.session.commit()
        return self


def make_issue(title: str, filer: Viewer, centre: Viewer) -> RegionalIssue:
    """A confirmed issue of the centre's area with three cases of the filer."""
    cases = [factories.accept(factories.make_case(by=filer), by=centre) for _ in range(3)]
    draft = IssueDraft(title, STATEMENT, cases[0].area_id, "HK03")
    issue = issues.raise_issue(
        draft, [case.id for case in cases], by=centre, at=clock.now(), today=clock.today()
    )
    issues.confirm(issue, by=centre, at=clock.now())
    db.session.commit()
    return issue


@pytest.fixture
def room(aoi: Viewer, sato: Viewer, kato: Viewer, nishi: Viewer, mori: Viewer, iin: Viewer) -> Room:
    """Planned for 24 November with an item of the east and one of the west; Iin is invited."""
    titles = ("買い物の手段がない", "通院の付き添いがない")
    people = ((aoi, sato), (kato, nishi))
    found = [make_issue(title, *who) for title, who in zip(titles, people, strict=True)]
    draft = MeetingDraft(
        MeetingLevel.MUNICIPAL, None, "", DAY, time(14, 0), 120, "市役所 第1会議室"
    )
    meeting = service.plan_meeting(draft, by=mori, at=clock.now())
    invited = AttendeeDraft("見晴市社会福祉協議会", "社会福祉士", "委員 一郎", iin.person_id)
    attendance.invite(meeting, invited, by=mori, at=clock.now(), today=clock.today())
    db.session.commit()
    room = Room(meeting.id, found, mori, iin)
    for issue, title in zip(found, titles, strict=True):
        room.add_item(issue, title)
    return room


@pytest.fixture
def another_issue(aoi: Viewer, sato: Viewer) -> Callable[[str], RegionalIssue]:
    """One confirmed issue more."""
    return lambda title: make_issue(title, aoi, sato)
