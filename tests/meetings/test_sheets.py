"""The sheet of an issue: what was tried is frozen with it, and sheets frozen earlier are read."""

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from tests import factories
from tests.house.test_pages import assert_sound
from tests.meetings import full_sheet
from tracker.accounts.models import Organisation
from tracker.cases.models import Disposition
from tracker.cases.ticks import Ticks
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues import service as issues
from tracker.issues.evidence import LISTS
from tracker.issues.models import IssueStatus
from tracker.meetings import days, evidence, freezing, shapes, showing, since
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import GuidanceStep

# As they were stored once; whoever changes how sheets are stored adds one and never edits these.
FIRST = {
    "at": "2026-05-12T05:00:00+00:00",
    "issues": [
        {
            "number": "R8-03",
            "title": "買い物の手段がない",
            "statement": "店が閉まった。",
            "resources": ["見晴らし号"],
            "evidence": {
                "cases": 2,
                "offices": 1,
                "clients_up_to": 2,
                "minutes_total": 240,
                "minutes_median": 120.0,
                "minutes_lower_quartile": 120.0,
                "minutes_upper_quartile": 120.0,
                "minutes_mean": 120.0,
                "largest_office_share": 1.0,
                "gaps": [["G1", 2]],
                "requesters": [["SELF", 2]],
                "outcomes": [["DONE_SELF", 2]],
                "urgencies": [["E2", 2]],
                "months": [["2026-04", 1], ["2026-05", 1]],
            },
        }
    ],
}
FIRST_WITH_STEPS = {
    **FIRST,
    "issues": [
        {
            **FIRST["issues"][0],
            "parts": {"for_whom": "車のない方", "gap": "G1"},
            "evidence": {
                **FIRST["issues"][0]["evidence"],
                "clients_exact": True,
                "tried": [],
                "steps_missing": [{"text_ja": "生協に聞く", "text_en": "Ask", "cases": 2}],
            },
        }
    ],
}
FIRST_CASE = {
    "at": "2026-05-12T05:00:00+00:00",
    "cases": [
        {
            "number": "R8-13101-0042",
            "summary": "米を運んだ。",
            "wanted": "",
            "month": "2026-04",
            "times": 3,
            "minutes_each": 40,
            "minutes_total": 120,
            "act_type": "買い物",
            "act_type_en": "Shopping",
            "area": "東",
            "area_en": "East",
        }
    ],
}
STORED = [FIRST, FIRST_WITH_STEPS, FIRST_CASE, full_sheet.SHEET]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("sheet", STORED)
def test_a_sheet_of_every_shape_there_was_is_shown_with_its_own_numbers(lang, sheet, app):
    stored = freezing.canonical(sheet)
    macros = app.jinja_env.get_template("meetings/_sheet.html").module
    with force_locale(lang):
        codes = taxonomy.codes(*LISTS.values())
        shown = showing.shown(shapes.read(sheet), codes)
        page = str(macros.evidence_sheet(shown))
    for one in sheet.get("issues", ()):
        assert f"{one['evidence']['minutes_total']:,}" in page
        assert one["number"] in page
    for one in sheet.get("cases", ()):
        assert one["summary"] in page
    assert freezing.canonical(sheet) == stored  # reading changes nothing


def test_steps_that_were_only_known_as_missing_are_read_as_such():
    (issue,) = shapes.read(FIRST_WITH_STEPS)["issues"]
    assert issue["evidence"]["steps"][0]["results"] == [["NOT_AVAILABLE", 2]]


def test_a_sheet_of_a_shape_to_come_is_not_guessed_at():
    with pytest.raises(ValueError, match="shape 9"):
        shapes.read({**FIRST, "shape": 9})


def test_what_is_frozen_today_says_its_shape(meeting, item, mori):
    factories.publish_meeting(meeting, mori)
    assert item.evidence["shape"] == freezing.SHAPE


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
    for words in ("Miharashi van", "Full (1)", "Lives alone (1)", "of 1 people", "72.5 %"):
        assert words in text


def test_draft_sheets_read_the_cases_of_all_issues_in_two_statements(
    meeting, item, other_issue, mori, statements
):
    more = factories.put_on_agenda(meeting, other_issue, by=mori)
    items, at = [item, more], the_clock.now()
    assert [one.id for one in items]
    with statements() as one:
        evidence.live_sheets(mori, items[:1], at=at, today=the_clock.today())
    with statements() as two:
        sheets = evidence.live_sheets(mori, items, at=at, today=the_clock.today())
    assert len(sheets) == 2
    assert len(one) == len(two) <= 8


# --- the sheet of a case ---


def test_the_sheet_of_a_case_says_what_was_ticked_and_tried_in_words(
    case_meeting, aoi, sato, sign_in
):
    van = factories.make_resource(sato)
    (step,) = db.session.scalars(
        sa.select(GuidanceStep.id).order_by(GuidanceStep.id).limit(1)
    ).all()
    ticks = Ticks(
        household=frozenset({"ALONE"}), resources={van.id: "COST"}, steps={step: "NOT_AVAILABLE"}
    )
    case = factories.make_case(by=aoi, ticks=ticks, hour_band="NIGHT")
    factories.sort(factories.accept(case, by=sato), sato, Disposition.INDIVIDUAL_MEETING)
    item = factories.put_on_agenda(case_meeting, case, by=sato)
    factories.publish_meeting(case_meeting, sato)
    page = sign_in(sato).get(f"/meetings/{case_meeting.id}/items/{item.id}?lang=en").text
    for words in ("Miharashi van", "Too expensive", "Lives alone", "Not available here", "Night"):
        assert words in page
    (office,) = db.session.scalars(
        sa.select(Organisation.name_ja).where(Organisation.id == case.organisation_id)
    )
    assert office not in freezing.canonical(item.evidence)


def test_words_that_were_vouched_for_do_not_reach_the_members(case_meeting, aoi, sato):
    told = "山田太郎さんの家で米を運んだ。"
    case = factories.make_case(by=aoi, summary=told)
    factories.sort(factories.accept(case, by=sato), sato, Disposition.INDIVIDUAL_MEETING)
    item = factories.put_on_agenda(case_meeting, case, by=sato)
    factories.publish_meeting(case_meeting, sato)
    (kept,) = item.evidence["cases"]
    assert "山田" not in kept["summary"]
    assert "米を運んだ。" in kept["summary"]


# --- since then ---


@pytest.mark.both
def test_new_cases_stand_beside_the_sheet_and_printing_again_gives_the_same_numbers(
    meeting, item, issue, mori, sato, aoi, kato, nishi, clock, sign_in
):
    factories.publish_meeting(meeting, mori)
    browser, url = sign_in(mori), f"/meetings/{meeting.id}/items/{item.id}?lang=en"
    first = browser.get(url).text
    assert_sound(first, url, "en")
    assert "No case more for issue R8-01. Now: cases 1, offices 1, minutes 120." in first
    clock.move(days=1)
    case = factories.accept(factories.make_case(by=aoi, minutes_each=77), by=sato)
    issues.attach(issue, [case.id], by=sato, at=the_clock.now())
    db.session.commit()
    (now,) = since.since_then([item])[item.id]
    assert (now.more, now.cases, now.offices, now.minutes) == (1, 2, 1, 120 + 3 * 77)
    again = sign_in(mori).get(url).text
    assert "1 case more for issue R8-01." in again
    sheets = [page.partition('<div class="sheet-body')[2] for page in (first, again)]
    assert sheets[0].partition("</article>")[0] == sheets[1].partition("</article>")[0] != ""


def test_before_publication_there_is_no_since_then(meeting, item, statements):
    items = [item]
    assert item.frozen_at is None
    with statements() as seen:
        assert since.since_then(items) == {}
    assert not seen


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
