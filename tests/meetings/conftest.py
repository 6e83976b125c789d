"""A case of Aoi, an issue made of it, and meetings of the town and of the east about them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import factories
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case, Disposition
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues.models import IssueStatus, RegionalIssue
from tracker.meetings import outcomes
from tracker.meetings.models import AgendaItem, DeclineReason, Meeting, MeetingLevel, Outcome
from tracker.meetings.outcomes import DecidedAction, OutcomeDraft

SENTENCE = "販売車に来てもらえるよう、店に働きかけます。"


@pytest.fixture
def case(aoi: Viewer, sato: Viewer) -> Case:
    """A case of Aoi that the centre has sorted to an individual meeting."""
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    return factories.sort(case, sato, Disposition.INDIVIDUAL_MEETING)


@pytest.fixture
def issue(aoi: Viewer, sato: Viewer) -> RegionalIssue:
    """A confirmed issue of the east from another case of Aoi."""
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    return factories.make_issue(sato, case, status=IssueStatus.CONFIRMED)


@pytest.fixture
def other_issue(aoi: Viewer, sato: Viewer) -> RegionalIssue:
    """One more."""
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    return factories.make_issue(sato, case, status=IssueStatus.CONFIRMED, title="ごみ出しの担い手")


@pytest.fixture
def meeting(mori: Viewer) -> Meeting:
    """A planned meeting of the town, hosted by Mori's office."""
    return factories.plan_meeting(mori)


@pytest.fixture
def item(meeting: Meeting, issue: RegionalIssue, mori: Viewer) -> AgendaItem:
    """The issue on the agenda of the town's meeting."""
    return factories.put_on_agenda(meeting, issue, by=mori)


@pytest.fixture
def case_meeting(sato: Viewer) -> Meeting:
    """A planned individual meeting, hosted by Sato's centre."""
    return factories.plan_meeting(sato, MeetingLevel.INDIVIDUAL)


@pytest.fixture
def case_item(case_meeting: Meeting, case: Case, sato: Viewer) -> AgendaItem:
    """The case on the agenda of the individual meeting."""
    return factories.put_on_agenda(case_meeting, case, by=sato)


@pytest.fixture
def held(meeting: Meeting, item: AgendaItem, mori: Viewer) -> Meeting:
    """The town's meeting, come together with the issue on its agenda."""
    return factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)


@pytest.fixture
def case_held(case_meeting: Meeting, case_item: AgendaItem, sato: Viewer) -> Meeting:
    """The individual meeting, come together with the case on its agenda."""
    return factories.begin_meeting(factories.publish_meeting(case_meeting, sato), sato)


@pytest.fixture
def decide() -> Callable[..., None]:
    """Note an outcome: adopt makes an action for each issue named."""

    def decide(meeting: Meeting, item: AgendaItem, outcome: Outcome, by: Viewer, **more: Any):
        made = tuple(
            DecidedAction(issue.id, factories.action_draft(owner))
            for issue, owner in more.pop("actions", ())
        )
        if outcome is Outcome.DECLINE:
            more.setdefault("decline_reason", DeclineReason.NO_MEANS)
        draft = OutcomeDraft(outcome, more.pop("sentence", SENTENCE), actions=made, **more)
        at = the_clock.now()
        outcomes.note_outcome(meeting, item, draft, by=by, at=at, today=the_clock.today())
        db.session.commit()

    return decide
