"""The sheet of an issue: what was tried is frozen with it, and sheets frozen earlier are read."""

import pytest
from flask_babel import force_locale

from tests import factories
from tracker.cases.ticks import Ticks
from tracker.core import clock as the_clock
from tracker.issues.models import IssueStatus
from tracker.meetings import days, evidence, freezing
from tracker.taxonomy import queries as taxonomy

NEW = frozenset(
    {
        "asked_by_town",
        "bodies_agreed",
        "charged_share",
        "charges",
        "clients_exact",
        "departments",
        "hour_bands",
        "household",
        "steps_missing",
        "tried",
    }
)


def printed(app, issue, lang):
    """The sheet of one issue as HTML."""
    macros = app.jinja_env.get_template("meetings/_sheet.html").module
    codes = taxonomy.codes(*evidence.SHEET_LISTS)
    with force_locale(lang):
        return str(macros.evidence_sheet({"issues": [issue]}, codes, evidence.month_of))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_sheet_frozen_before_more_was_asked_of_cases_is_read_as_it_was(
    lang, app, mori, meeting, item
):
    factories.publish_meeting(meeting, mori)
    (said,) = item.evidence["issues"]
    assert said["evidence"].keys() >= NEW
    old = {name: value for name, value in said["evidence"].items() if name not in NEW}
    now, then = (printed(app, {**said, "evidence": one}, lang) for one in (said["evidence"], old))
    assert now == then != ""


@pytest.fixture
def tried_issue(aoi, sato):
    """A confirmed issue of one case: the van was full; the person lives alone."""
    van = factories.make_resource(sato)
    ticks = Ticks(household=frozenset({"ALONE"}), resources={van.id: "FULL"})
    case = factories.make_case(by=aoi, office_ref="A-1", ticks=ticks)
    return factories.make_issue(sato, case, status=IssueStatus.CONFIRMED)


@pytest.mark.both
def test_what_was_tried_is_frozen_in_words_of_both_languages(meeting, tried_issue, mori):
    item = factories.put_on_agenda(meeting, tried_issue, by=mori)
    factories.publish_meeting(meeting, mori)
    (said,) = item.evidence["issues"]
    (tried,) = said["evidence"]["tried"]
    assert (tried["name_ja"], tried["name_en"]) == ("見晴らし号", "Miharashi van")
    assert (tried["cases"], tried["results"]) == (1, [["FULL", 1]])
    assert said["evidence"]["household"] == [["ALONE", 1]]
    assert freezing.holds(item.evidence, item.evidence_hash)


def test_a_member_reads_on_the_agenda_what_was_tried(meeting, tried_issue, mori, iin, sign_in):
    factories.put_on_agenda(meeting, tried_issue, by=mori)
    factories.invite_to(meeting, mori, iin.person_id)
    factories.publish_meeting(meeting, mori)
    factories.sign_pledge(iin)
    text = sign_in(iin).get(f"/meetings/{meeting.id}/agenda?lang=en").text
    for words in ("Miharashi van", "Full: 1", "Lives alone: 1", "<dd>1 person</dd>"):
        assert words in text


def test_draft_sheets_read_the_cases_of_all_issues_in_two_statements(
    meeting, item, other_issue, mori, statements
):
    more = factories.put_on_agenda(meeting, other_issue, by=mori)
    items, at = [item, more], the_clock.now()
    assert [one.id for one in items]
    with statements() as seen:
        sheets = evidence.live_sheets(mori, items, at=at, today=the_clock.today())
    assert len(sheets) == 2
    assert len([one for one in seen if "issue_cases" in one]) == 2


# --- the day of the meeting ---


@pytest.mark.both
def test_the_next_day_is_that_of_a_published_meeting(meeting, item, issue, mori, clock):
    def next_days():
        return days.next_days(issue_ids=[issue.id], today=the_clock.today())

    key, held_on = issue.id, meeting.held_on
    assert next_days() == {}
    factories.publish_meeting(meeting, mori)
    assert next_days() == {key: held_on}
    clock.move(days=8)
    assert next_days() == {}
