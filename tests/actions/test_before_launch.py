"""While an action is studied or tried its page says what would be proof later."""

import pytest

from tests import factories
from tracker.actions.models import Stage
from tracker.core import clock as the_clock
from tracker.issues.evidence import months_back
from tracker.issues.models import IssueStatus

POWER = "in 12 months: 4 cases or fewer"


@pytest.fixture
def begun(aoi, sato, mori):
    """An action in study for an issue of the east, of which a case came each month for a year."""
    months = months_back(the_clock.today().replace(day=1), 13)[:-1]
    made = [factories.make_case(by=aoi, occurred_month=month) for month in months]
    cases = [factories.accept(case, by=sato) for case in made]
    issue = factories.make_issue(sato, *cases, status=IssueStatus.CONFIRMED)
    meeting = factories.plan_meeting(mori)
    item = factories.put_on_agenda(meeting, issue, by=mori)
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    return factories.move_action(factories.adopt(meeting, item, issue, mori), Stage.STUDY, by=mori)


def test_with_twelve_cases_a_year_only_four_or_fewer_would_be_proof(begun, mori, sign_in):
    browser, path = sign_in(mori), f"/actions/{begun.id}?lang=en"
    page = browser.get(path).text
    assert "12 cases came in 12 months" in page
    assert POWER in page
    assert f'href="/issues/{begun.issue_id}/proof"' in page
    factories.move_action(begun, Stage.TRIAL, by=mori)
    assert POWER in browser.get(path).text
    factories.move_action(begun, Stage.LIVE, by=mori)
    assert POWER not in browser.get(path).text  # now there is a before and an after


def test_whoever_may_not_know_of_the_issue_reads_no_figure_of_it(begun, nishi, sign_in):
    answer = sign_in(nishi).get(f"/actions/{begun.id}?lang=en")
    assert answer.status_code == 200
    assert POWER not in answer.text
