"""Setting up a series, planning from it and preparing, as people do it on the pages."""

import pytest
import sqlalchemy as sa

from tests import factories, sittings
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tracker.accounts.roles import Role
from tracker.core.db import db
from tracker.meetings import programme, queries
from tracker.meetings.models import Meeting, MeetingLevel, MeetingStatus
from tracker.meetings.series.models import MeetingSeries, Rule

KEY = "0c5e62a4-3c53-4a39-8e5b-0d5d6a3b9c11"
SERIES = {
    "name": "見晴市地域ケア推進会議",
    "level": "municipal",
    "place": "市役所",
    "starts_at": "14時",
    "length_minutes": "90",
    "week": "second",
    "weekday": "2",
    "every_months": "１",
}


@pytest.fixture
def sitting(mori):
    """A planned meeting of the town's series."""
    return sittings.plan_sitting(sittings.make_series(mori), mori)


def again(row):
    """The row as it stands in the database."""
    db.session.expire_all()
    return db.session.get_one(type(row), row.id)


def test_mori_sets_up_a_series_and_looks_through_its_headings(sign_in, mori):
    browser = sign_in(mori)
    answer = browser.post_form("/meetings/series/new", SERIES)
    (series,) = db.session.scalars(sa.select(MeetingSeries))
    assert (answer.status_code, answer.location) == (303, f"/meetings/series/{series.id}")
    page = browser.get(answer.location).text
    for words in ("前回までの決定の進捗", "令和8年12月9日（水）", "毎月 第2水曜日"):
        assert words in page
    assert_sound(page, answer.location, "ja")


def test_a_series_sent_twice_is_one(sign_in, mori):
    browser = sign_in(mori)
    forms = parsed(browser.get("/meetings/series/new").text).iter("form")
    fields = {**form_fields(next(f for f in forms if f.get("class") == "form")), **SERIES}
    for _ in range(2):
        assert browser.post("/meetings/series/new", data=fields).status_code == 303
    assert len(db.session.scalars(sa.select(MeetingSeries)).all()) == 1


def test_a_centre_is_asked_for_its_area_and_a_refusal_keeps_what_was_typed(sign_in, sato):
    browser = sign_in(sato)
    area = str(min(sato.area_ids(Role.CENTRE)))
    fields = {**SERIES, "level": "area", "area_id": area}
    refused = browser.post_form("/meetings/series/new", {**fields, "title_pattern": "第{会}回"})
    assert refused.status_code == 422
    assert "{会}" in refused.text
    assert browser.post_form("/meetings/series/new", fields).status_code == 303


def test_headings_and_members_come_go_and_change_places(sign_in, mori):
    series = sittings.make_series(mori)
    browser, url = sign_in(mori), f"/meetings/series/{series.id}"
    heading = {"title": "災害への備え", "rule": "issues", "minutes": ""}
    assert browser.post_form(url, heading, to=f"{url}/headings").status_code == 303
    member = {"organisation": "消防本部", "profession": "救急"}
    assert browser.post_form(url, member, to=f"{url}/members").status_code == 303
    page = browser.get(url).text
    assert "災害への備え" in page
    assert "消防本部" in page
    forms = [f.get("action") for f in parsed(page).iter("form")]
    for end in ("/move", "/remove"):
        to = next(one for one in reversed(forms) if one and "/headings/" in one and end in one)
        assert browser.post_form(url, to=to).status_code == 303
    to = next(one for one in forms if one and "/members/" in one)
    assert browser.post_form(url, to=to).status_code == 303
    assert "消防本部" not in browser.get(url).text


def test_two_who_change_a_series_see_both_texts(sign_in, mori, hara):
    series = sittings.make_series(mori)
    url = f"/meetings/series/{series.id}/edit"
    first, second = sign_in(mori), sign_in(hara)
    forms = parsed(second.get(url).text).iter("form")
    fields = form_fields(next(f for f in forms if f.get("class") == "form"))
    assert first.post_form(url, {"place": "第一会議室"}).status_code == 303
    answer = second.post(url, data={**fields, "place": "第二会議室"})
    assert answer.status_code == 409
    assert "第一会議室" in answer.text
    assert "第二会議室" in answer.text
    forms = parsed(answer.text).iter("form")
    fields = form_fields(next(f for f in forms if f.get("class") == "form"))
    assert second.post(url, data=fields).status_code == 303
    assert again(series).place == "第二会議室"


def test_a_series_ends_and_goes_on(sign_in, mori, tani):
    series = sittings.make_series(mori)
    browser, url = sign_in(mori), f"/meetings/series/{series.id}"
    assert browser.post_form(url, to=f"{url}/end").status_code == 303
    assert f"{url}/plan" not in browser.get(url).text
    assert browser.post_form(url, to=f"{url}/resume").status_code == 303
    assert f"{url}/plan" in browser.get(url).text
    assert sign_in(tani).get(url).status_code == 404


# --- days ---


def test_the_next_meeting_is_filled_in_and_a_holiday_is_noticed_not_refused(sign_in, mori):
    series = sittings.make_series(mori)
    browser, url = sign_in(mori), f"/meetings/series/{series.id}/plan"
    page = browser.get(url).text
    assert "令和8年12月9日" in page
    assert "令和8年度 第1回 見晴市地域ケア推進会議" in page
    refused = browser.post_form(url, {"held_on": "令和9年2月30日"})
    assert refused.status_code == 422
    assert "2月30日" in refused.text
    answer = browser.post_form(url, {"held_on": "令和9年2月11日"})
    assert answer.status_code == 303
    assert "建国記念の日" in browser.get(answer.location).text


def test_day_and_place_are_changed_and_two_see_both(sign_in, mori, hara, sitting):
    url = f"/meetings/{sitting.id}/edit"
    first, second = sign_in(mori), sign_in(hara)
    forms = parsed(second.get(url).text).iter("form")
    fields = form_fields(next(f for f in forms if f.get("class") == "form"))
    assert first.post_form(url, {"held_on": "2026-12-16", "title": ""}).status_code == 303
    answer = second.post(url, data={**fields, "place": "別館"})
    assert answer.status_code == 409
    assert "別館" in answer.text
    assert again(sitting).held_on.isoformat() == "2026-12-16"
    refused = first.post_form(url, {"held_on": "2026-02-30"})
    assert refused.status_code == 422


# --- preparing ---


def test_two_who_write_one_item_lose_nothing(sign_in, mori, hara, sitting, issue):
    sittings.put(sitting, Rule.ISSUES, mori)
    (item,) = queries.items_of(sitting.id)
    url = f"/meetings/{sitting.id}/items/{item.id}/edit"
    first, second = sign_in(mori), sign_in(hara)
    forms = parsed(second.get(url).text).iter("form")
    fields = form_fields(next(f for f in forms if f.get("class") == "form"))
    assert first.post_form(url, {"question": "車を呼ぶか。"}).status_code == 303
    answer = second.post(url, data={**fields, "question": "店を誘うか。"})
    assert answer.status_code == 409
    for words in ("車を呼ぶか。", "店を誘うか。"):
        assert words in answer.text
    assert again(item).question == "車を呼ぶか。"
    assert_sound(answer.text, url, "ja")


def test_a_moved_item_is_no_reason_to_doubt_what_was_typed(
    sign_in, mori, hara, sitting, issue, other_issue
):
    sittings.put(sitting, Rule.ISSUES, mori)
    first, second = queries.items_of(sitting.id)
    url = f"/meetings/{sitting.id}/items/{first.id}/edit"
    browser = sign_in(hara)
    forms = parsed(browser.get(url).text).iter("form")
    fields = form_fields(next(f for f in forms if f.get("class") == "form"))
    moved = sign_in(mori).post_form(
        f"/meetings/{sitting.id}/prepare",
        {"direction": "up"},
        to=f"/meetings/{sitting.id}/items/{second.id}/move",
    )
    assert moved.location == f"/meetings/{sitting.id}/prepare"
    assert browser.post(url, data={**fields, "question": "店を誘うか。"}).status_code == 303


def test_a_refused_press_keeps_the_ticks(sign_in, mori, sitting, issue, other_issue):
    browser, url = sign_in(mori), f"/meetings/{sitting.id}"
    under = sittings.heading(sitting, Rule.ISSUES).id
    to = f"{url}/headings/{under}/put"
    nothing = browser.post_form(f"{url}/prepare", to=to)
    assert nothing.status_code == 422
    ticked = {"keys": [f"issue-{issue.id}", f"issue-{other_issue.id}"]}
    forms = parsed(browser.get(f"{url}/prepare").text).iter("form")
    fields = form_fields(next(f for f in forms if f.get("action") == to))
    factories.put_on_agenda(factories.plan_meeting(mori), issue, by=mori)
    answer = browser.post(to, data={**fields, **ticked})
    assert answer.status_code == 422
    box = f'value="issue-{other_issue.id}" id="h{under}-issue-{other_issue.id}" checked'
    assert box in answer.text
    assert queries.items_of(sitting.id) == []


def test_the_page_of_preparing_is_the_hosts(sign_in, mori, sato, tani, iin, sitting):
    url = f"/meetings/{sitting.id}/prepare"
    assert sign_in(mori).get(url).status_code == 200
    assert sign_in(sato).get(url).status_code == 403
    assert sign_in(tani).get(url).status_code == 404
    assert sign_in(iin).get(url).status_code == 403


def test_the_page_of_the_meeting_says_what_is_missing_before_publication(
    sign_in, mori, sitting, issue
):
    browser, url = sign_in(mori), f"/meetings/{sitting.id}"
    sittings.put(sitting, Rule.ISSUES, mori)
    page = browser.get(url).text
    assert "決めることがまだ書かれていません。" in page
    assert f'action="{url}/publish"' not in page
    assert browser.send(f"{url}/publish", {"request_key": KEY}).status_code == 409
    assert again(sitting).status is MeetingStatus.PLANNED


def test_a_report_is_put_and_taken_off(sign_in, mori, sitting, case):
    browser, url = sign_in(mori), f"/meetings/{sitting.id}"
    under = sittings.heading(sitting, Rule.CASES).id
    ticked = {"keys": "type-HK03"}
    to = f"{url}/headings/{under}/put"
    assert browser.post_form(f"{url}/prepare", ticked, to=to).status_code == 303
    (row,) = programme.report_rows(programme.headings_of(sitting))
    for page in (browser.get(url).text, browser.get(f"{url}/prepare?lang=en").text):
        assert "HK03" not in page
    assert "1 case since" in page
    to = f"{url}/reports/{row.id}/remove"
    assert browser.post_form(f"{url}/prepare", to=to).status_code == 303
    assert programme.report_rows(programme.headings_of(sitting)) == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_of_preparing_is_sound(sign_in, mori, sato, sitting, issue, lang):
    own = sittings.make_series(sato, MeetingLevel.INDIVIDUAL)
    sittings.put(sitting, Rule.ISSUES, mori)
    (item,) = queries.items_of(sitting.id)
    browser, url = sign_in(mori), f"/meetings/{sitting.id}"
    pages = (f"{url}/prepare", f"{url}/edit", f"{url}/items/{item.id}/edit", url, "/meetings/new")
    more = ("", "new", f"{sitting.series_id}", f"{sitting.series_id}/edit", f"{own.id}")
    for address in (*pages, *(f"/meetings/series/{one}" for one in more)):
        answer = browser.get(f"{address}?lang={lang}")
        assert answer.status_code == 200, address
        assert_sound(answer.text, address, lang)


# --- from nothing to a published agenda ---


def test_five_items_are_published_in_at_most_forty_requests(sign_in, mori, aoi, sato, app, clock):
    for number in range(5):
        case = factories.accept(factories.make_case(by=aoi), by=sato)
        factories.make_issue(
            sato, case, status=factories.IssueStatus.CONFIRMED, title=f"課題 {number}"
        )
    series = sittings.make_series(mori)
    browser = Counting(sign_in(mori), clock)
    planned = browser.post_form(f"/meetings/series/{series.id}/plan", {})
    meeting = db.session.scalars(sa.select(Meeting)).one()
    url, under = f"/meetings/{meeting.id}", sittings.heading(meeting, Rule.ISSUES).id
    page = browser.get(planned.location).text
    to = f"{url}/headings/{under}/put"
    form = next(f for f in parsed(page).iter("form") if f.get("action") == to)
    keys = [box.get("value") for box in form.iter("input") if box.get("name") == "keys"]
    browser.post(to, data={**form_fields(form), "keys": keys})
    for item in queries.items_of(meeting.id):
        question = {"question": "何から始めるか。", "minutes_planned": "12"}
        browser.post_form(f"{url}/items/{item.id}/edit", question)
    assert browser.post_form(f"{url}/prepare", to=f"{url}/publish").status_code == 303
    assert again(meeting).status is MeetingStatus.PUBLISHED
    assert browser.requests <= 40
    shown = browser.get(f"{url}?lang=en").text
    assert "Preparing it took 8 presses and" in shown


class Counting:
    """A browser that counts what it asks, and takes a minute to think before each press."""

    def __init__(self, browser, clock):
        self.browser, self.clock, self.requests = browser, clock, 0

    def get(self, *args, **kwargs):
        """Open a page; following a redirect is one more request, and counted by the test."""
        self.requests += 1
        return self.browser.get(*args, **kwargs)

    def post(self, *args, **kwargs):
        """Send a form, and be led on."""
        self.clock.move(minutes=1)
        self.requests += 2
        return self.browser.post(*args, **kwargs)

    def post_form(self, *args, **kwargs):
        """Open the page, send its form, and be led on."""
        self.clock.move(minutes=1)
        self.requests += 3
        return self.browser.post_form(*args, **kwargs)
