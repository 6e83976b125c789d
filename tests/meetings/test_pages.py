"""The pages of meetings, as each person reads and uses them, in both languages."""

import re

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tracker.accounts.roles import Role
from tracker.actions.models import Action
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues import service as issues
from tracker.meetings import queries, service
from tracker.meetings.models import Attendee, Meeting, MeetingLevel, MeetingStatus, Outcome

PLAN = {
    "level": "municipal",
    "held_on": "令和8年12月9日",
    "starts_at": "１４:00",
    "length_minutes": "60",
    "place": "市役所",
}
ITEM = {"question": "販売車を呼ぶか。", "presenter": "センター", "minutes_planned": "20"}


def fields_of(browser, url, to=None):
    """What a browser would send of the page's own form."""
    forms = parsed(browser.get(url).text).iter("form")
    wanted = to or url
    (form,) = (form for form in forms if form.get("action") == wanted)
    return form_fields(form)


def send_room(browser, meeting, save, **typed):
    """Press a button on the page of the room; names of an item's boxes are given as i1_x."""
    url = f"/meetings/{meeting.id}/live"
    fields = fields_of(browser, url)
    fields.update({name.replace("__", "-"): value for name, value in typed.items()})
    return browser.post(url, data={**fields, "save": save})


def again(row):
    """The row as it stands in the database."""
    db.session.expire_all()
    return db.session.get_one(type(row), row.id)


# --- planning and preparing ---


def test_mori_plans_a_meeting_in_any_writing_of_the_date(sign_in, mori):
    answer = sign_in(mori).post_form("/meetings/new", PLAN)
    (meeting,) = db.session.scalars(sa.select(Meeting))
    assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting.id}")
    assert meeting.title == "令和8年度 第1回 地域ケア推進会議"
    assert (meeting.held_on.isoformat(), meeting.starts_at.hour) == ("2026-12-09", 14)


def test_a_plan_sent_twice_is_one_meeting(sign_in, mori):
    browser = sign_in(mori)
    page = parsed(browser.get("/meetings/new").text)
    (form,) = (f for f in page.iter("form") if f.get("class") == "form")
    fields = {**form_fields(form), **PLAN}
    assert [browser.post("/meetings/new", data=fields).status_code for _ in range(2)] == [303, 303]
    assert len(db.session.scalars(sa.select(Meeting)).all()) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"held_on": "令和8年2月30日"}, "2月30日"),
        ({"starts_at": "お昼"}, "お昼"),
        ({"length_minutes": "5"}, "5"),
    ],
)
def test_a_refused_plan_keeps_what_was_typed(sign_in, mori, typed, words):
    answer = sign_in(mori).post_form("/meetings/new", {**PLAN, **typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_centre_is_asked_for_level_and_area(sign_in, sato):
    browser = sign_in(sato)
    area = str(min(sato.area_ids(Role.CENTRE)))
    answer = browser.post_form("/meetings/new", {**PLAN, "level": "individual", "area_id": area})
    assert answer.status_code == 303
    assert db.session.scalars(sa.select(Meeting.level)).all() == [MeetingLevel.INDIVIDUAL]


def test_mori_puts_issues_on_the_agenda_reorders_and_publishes(
    sign_in, mori, meeting, issue, other_issue
):
    browser, url = sign_in(mori), f"/meetings/{meeting.id}"
    for one in (issue, other_issue):
        fields = {**ITEM, "subject_ids": str(one.id)}
        assert browser.post_form(url, fields, to=f"{url}/items/issues").status_code == 303
    last = queries.items_of(meeting.id)[-1]
    moved = browser.post_form(url, {"direction": "up"}, to=f"{url}/items/{last.id}/move")
    assert moved.status_code == 303
    assert [item.title for item in queries.items_of(meeting.id)][0] == other_issue.title
    assert browser.post_form(url, to=f"{url}/publish").status_code == 303
    assert again(meeting).status is MeetingStatus.PUBLISHED


def test_an_overrun_stands_in_words(sign_in, mori, meeting, issue):
    factories.put_on_agenda(meeting, issue, by=mori, minutes_planned=70)
    page = sign_in(mori).get(f"/meetings/{meeting.id}?lang=en").text
    assert "over by 10 minutes" in page


def test_a_refused_item_keeps_what_was_typed(sign_in, mori, meeting, issue):
    browser, url = sign_in(mori), f"/meetings/{meeting.id}"
    fields = {**ITEM, "question": "", "presenter": "社会福祉協議会"}
    answer = browser.post_form(url, fields, to=f"{url}/items/issues")
    assert answer.status_code == 422
    assert "社会福祉協議会" in answer.text


def test_sato_puts_a_case_and_nishi_of_the_west_learns_nothing(
    sign_in, sato, nishi, case_meeting, case
):
    browser, url = sign_in(sato), f"/meetings/{case_meeting.id}"
    fields = {**ITEM, "subject_ids": str(case.id)}
    assert browser.post_form(url, fields, to=f"{url}/items/cases").status_code == 303
    other = sign_in(nishi)
    for path in ("", "/agenda", "/live", "/minutes"):
        assert other.get(url + path).status_code == 404, path


def test_people_are_invited_and_invitations_taken_back(sign_in, mori, meeting):
    browser, url = sign_in(mori), f"/meetings/{meeting.id}"
    typed = {"organisation": "医師会", "profession": "医師", "name": "会長"}
    assert browser.post_form(url, typed, to=f"{url}/attendees").status_code == 303
    (attendee,) = db.session.scalars(sa.select(Attendee))
    browser.post_form(url, to=f"{url}/attendees/{attendee.id}/remove")
    assert db.session.scalars(sa.select(Attendee)).all() == []


# --- who opens what ---


@pytest.mark.parametrize("path", ["", "/agenda", "/live", "/minutes"])
def test_strangers_cannot_learn_that_a_meeting_exists(path, sign_in, meeting, item, tani, iin):
    for person, expected in ((tani, 404), (iin, 403 if path == "/live" else 404)):
        assert sign_in(person).get(f"/meetings/{meeting.id}{path}").status_code == expected


@pytest.mark.parametrize("verb", ["publish", "cancel", "hold", "live", "items/1/drop", "attendees"])
def test_a_step_is_404_for_a_stranger_and_403_for_a_reader(verb, sign_in, meeting, tani, sato):
    for person, expected in ((tani, 404), (sato, 403)):
        answer = sign_in(person).send(f"/meetings/{meeting.id}/{verb}")
        assert answer.status_code == expected


def test_iin_signs_the_pledge_and_the_folder_opens(sign_in, mori, iin, meeting, item, issue):
    factories.invite_to(meeting, mori, iin.person_id)
    factories.publish_meeting(meeting, mori)
    browser, url = sign_in(iin), f"/meetings/{meeting.id}"
    for path in (url, f"{url}/agenda"):
        page = browser.get(path).text
        assert issue.title not in page
        assert f'action="{url}/pledge"' in page
    refused = browser.send(f"{url}/pledge")
    assert refused.status_code == 422
    signed = browser.post_form(f"{url}/agenda", {"agreed": "y"}, to=f"{url}/pledge")
    assert (signed.status_code, signed.location) == (303, f"{url}/agenda")
    assert issue.statement in browser.get(f"{url}/agenda").text


def test_the_pledge_leads_nowhere_else(sign_in, mori, iin, meeting, item):
    factories.invite_to(meeting, mori, iin.person_id)
    factories.publish_meeting(meeting, mori)
    browser, url = sign_in(iin), f"/meetings/{meeting.id}"
    typed = {"agreed": "y", "back": "//elsewhere.example"}
    answer = browser.post_form(f"{url}/pledge", typed)
    assert (answer.status_code, answer.location) == (303, f"{url}/agenda")


def test_a_case_in_the_folder_names_no_office(sign_in, sato, iin, case_meeting, case_item):
    factories.invite_to(case_meeting, sato, iin.person_id)
    factories.publish_meeting(case_meeting, sato)
    factories.sign_pledge(iin)
    page = sign_in(iin).get(f"/meetings/{case_meeting.id}/agenda").text
    assert "米と飲み物の買い物を頼まれた" in page
    assert "あおば" not in page
    assert "/cases/" not in page


def test_members_read_the_minutes_once_they_are_approved(
    sign_in, mori, hara, iin, meeting, item, decide, clock
):
    factories.invite_to(meeting, mori, iin.person_id)
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    factories.sign_pledge(iin)
    decide(meeting, item, Outcome.NOTE, mori, sentence="次回までに調べる。")
    browser, url = sign_in(iin), f"/meetings/{meeting.id}/minutes"
    assert "次回までに調べる。" not in browser.get(url).text
    assert "次回までに調べる。" in sign_in(mori).get(url).text
    service.draft_minutes(meeting, by=mori, at=clock.now())
    service.approve_minutes(meeting, by=hara, at=clock.now())
    db.session.commit()
    assert "次回までに調べる。" in browser.get(url).text


# --- the frozen agenda ---


def sheets(page):
    """The evidence of a printed agenda, as HTML."""
    return re.findall(r'<div class="sheet-body stack">.*?</div>\n', page, re.DOTALL)


def test_before_publication_the_agenda_is_a_draft_of_today(sign_in, mori, meeting, item):
    page = sign_in(mori).get(f"/meetings/{meeting.id}/agenda?lang=en").text
    assert "Draft: the figures of today, not yet frozen." in page


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_printed_agenda_shows_the_same_evidence_when_new_cases_came(
    lang, sign_in, mori, aoi, sato, meeting, item, issue, clock
):
    factories.publish_meeting(meeting, mori)
    browser, url = sign_in(mori), f"/meetings/{meeting.id}/agenda?lang={lang}"
    first = browser.get(url).text
    clock.move(minutes=20)
    case = factories.accept(factories.make_case(by=aoi, gap="G2"), by=sato)
    issues.attach(db.session.merge(issue), [case.id], by=sato, at=clock.now())
    db.session.commit()
    second = browser.get(url).text
    assert sheets(first) == sheets(second) != []
    assert again(item).evidence_id in second
    assert first != second  # since then: one case more


# --- the page of the room ---


def test_the_room_notes_attendance_discussion_and_outcome_on_one_page(
    sign_in, mori, meeting, item, issue
):
    attendee = factories.invite_to(meeting, mori)
    factories.publish_meeting(meeting, mori)
    browser, key = sign_in(mori), f"i{item.id}"
    assert send_room(browser, meeting, "begin", present=str(attendee.id)).status_code == 303
    assert again(meeting).status is MeetingStatus.HELD
    typed = {
        f"{key}-discussion": "店は前向き。",
        f"{key}-o-outcome": "adopt",
        f"{key}-o-sentence": "販売車を呼ぶ。",
        f"{key}-a0-title": "移動販売車の誘致",
        f"{key}-a0-kind": "MATCH",
        f"{key}-a0-owner_id": str(meeting.host_id),
        f"{key}-a0-due_on": "令和9年3月31日",
        f"{key}-a0-criteria": "週1回来る。",
    }
    answer = send_room(browser, meeting, f"outcome-{item.id}", **typed)
    assert (answer.status_code, answer.location) == (
        303,
        f"/meetings/{meeting.id}/live#item-{item.id}",
    )
    assert (again(item).outcome, item.discussion) == (Outcome.ADOPT, "店は前向き。")
    assert db.session.scalars(sa.select(Action.title)).all() == ["移動販売車の誘致"]
    minutes = browser.get(f"/meetings/{meeting.id}/minutes").text
    assert "移動販売車の誘致" in minutes


def test_saving_one_item_keeps_what_was_begun_on_the_others(
    sign_in, mori, meeting, item, other_issue
):
    other = factories.put_on_agenda(meeting, other_issue, by=mori)
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    browser = sign_in(mori)
    typed = {
        f"i{item.id}-discussion": "一つ目。",
        f"i{item.id}-o-outcome": "note",
        f"i{item.id}-o-sentence": "承知した。",
        f"i{other.id}-discussion": "二つ目の途中。",
        f"i{other.id}-o-sentence": "まだ途中の答え。",
    }
    assert send_room(browser, meeting, f"outcome-{item.id}", **typed).status_code == 303
    assert (again(other).discussion, other.outcome) == ("二つ目の途中。", None)
    assert "まだ途中の答え。" in browser.get(f"/meetings/{meeting.id}/live").text


def test_a_refused_outcome_keeps_every_text_of_the_page(sign_in, mori, held, item):
    typed = {
        f"i{item.id}-discussion": "書きかけの話し合い。",
        f"i{item.id}-o-outcome": "hold",
        f"i{item.id}-o-sentence": "来年度に見る。",
    }
    answer = send_room(sign_in(mori), held, f"outcome-{item.id}", **typed)
    assert answer.status_code == 422
    assert "書きかけの話し合い。" in answer.text
    assert "来年度に見る。" in answer.text
    assert (again(item).outcome, item.discussion) == (None, "")


def test_an_action_that_is_not_whole_is_refused_beside_its_box(sign_in, mori, held, item):
    typed = {
        f"i{item.id}-o-outcome": "adopt",
        f"i{item.id}-o-sentence": "呼ぶ。",
        f"i{item.id}-a0-title": "移動販売車の誘致",
    }
    answer = send_room(sign_in(mori), held, f"outcome-{item.id}", **typed)
    assert answer.status_code == 422
    assert f'id="i{item.id}-a0-due_on-error"' in answer.text


def test_two_people_writing_on_one_item_see_both_texts_and_lose_none(
    sign_in, mori, hara, held, item
):
    url, key = f"/meetings/{held.id}/live", f"i{item.id}-discussion"
    first, second = sign_in(mori), sign_in(hara)
    mine, theirs = fields_of(first, url), fields_of(second, url)
    second.post(url, data={**theirs, key: "原の記録。", "save": "notes"})
    answer = first.post(url, data={**mine, key: "森の記録。", "save": "notes"})
    assert answer.status_code == 409
    assert "原の記録。" in answer.text
    assert "森の記録。" in answer.text
    assert again(item).discussion == "原の記録。"


def test_two_people_writing_on_two_items_do_not_meet(
    sign_in, mori, hara, meeting, item, other_issue
):
    other = factories.put_on_agenda(meeting, other_issue, by=mori)
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    url = f"/meetings/{meeting.id}/live"
    first, second = sign_in(mori), sign_in(hara)
    mine, theirs = fields_of(first, url), fields_of(second, url)
    second.post(url, data={**theirs, f"i{other.id}-discussion": "原。", "save": "notes"})
    answer = first.post(url, data={**mine, f"i{item.id}-discussion": "森。", "save": "notes"})
    assert answer.status_code == 303
    assert [again(one).discussion for one in (item, other)] == ["森。", "原。"]


def test_a_telephone_number_in_a_note_is_marked_and_can_be_hidden(sign_in, mori, held, item):
    browser, key = sign_in(mori), f"i{item.id}-discussion"
    answer = send_room(browser, held, "notes", **{key: "090-1234-5678 に電話。"})
    assert answer.status_code == 422
    assert "<mark" in answer.text
    send_room(browser, held, "notes", **{key: "090-1234-5678 に電話。", "mask_details": "1"})
    assert again(item).discussion
    assert "090" not in item.discussion


def test_what_is_typed_is_kept_as_a_draft_while_people_talk(sign_in, mori, held, item):
    browser, url = sign_in(mori), f"/meetings/{held.id}/live"
    fields = {**fields_of(browser, url), f"i{item.id}-discussion": "途中。"}
    assert browser.post(f"{url}/draft", data=fields).status_code == 200
    assert again(item).discussion == ""
    assert "途中。" in browser.get(url).text
    send_room(browser, held, "notes")
    assert again(item).discussion == "途中。"


def test_an_outcome_is_taken_back_on_the_page_of_the_room(sign_in, mori, held, item, decide):
    decide(held, item, Outcome.NOTE, mori)
    assert send_room(sign_in(mori), held, f"undo-{item.id}").status_code == 303
    assert again(item).outcome is None


def test_an_outcome_sent_twice_is_noted_once(sign_in, mori, held, item):
    browser, url = sign_in(mori), f"/meetings/{held.id}/live"
    fields = {
        **fields_of(browser, url),
        f"i{item.id}-o-outcome": "note",
        f"i{item.id}-o-sentence": "承知した。",
        "save": f"outcome-{item.id}",
    }
    assert [browser.post(url, data=fields).status_code for _ in range(2)] == [303, 303]


def test_a_second_outcome_from_an_older_page_is_a_conflict(sign_in, mori, hara, held, item, decide):
    browser, url = sign_in(hara), f"/meetings/{held.id}/live"
    old = fields_of(browser, url)
    decide(held, item, Outcome.NOTE, mori)
    typed = {
        f"i{item.id}-o-outcome": "decline",
        f"i{item.id}-o-decline_reason": "not_now",
        f"i{item.id}-o-sentence": "見送る。",
    }
    answer = browser.post(url, data={**old, **typed, "save": f"outcome-{item.id}"})
    assert answer.status_code == 409
    assert again(item).outcome is Outcome.NOTE


# --- every page ---


def test_minutes_are_drafted_approved_and_closed_from_the_page(
    sign_in, mori, hara, held, item, decide
):
    decide(held, item, Outcome.NOTE, mori)
    first, second, url = sign_in(mori), sign_in(hara), f"/meetings/{held.id}"
    assert first.post_form(url, to=f"{url}/minutes/draft").status_code == 303
    alone = first.post_form(f"{url}/minutes", to=f"{url}/minutes/approve")
    assert alone.status_code == 409, "another officer is there to look at them"
    for page, step in ((f"{url}/minutes", "minutes/approve"), (url, "answered")):
        assert second.post_form(page, to=f"{url}/{step}").status_code == 303, step
    assert again(held).status is MeetingStatus.ANSWERED


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_in_every_state_is_sound(
    lang, sign_in, mori, iin, meeting, item, case_held, case_item, sato, decide
):
    factories.invite_to(meeting, mori, iin.person_id)
    browser, url = sign_in(mori), f"/meetings/{meeting.id}"

    def look(person, *paths):
        for path in paths:
            answer = person.get(f"{path}?lang={lang}")
            assert answer.status_code == 200, path
            assert_sound(answer.text, path, lang)

    pages = (url, f"{url}/agenda", f"{url}/live", f"{url}/minutes")
    look(browser, "/meetings/", "/meetings/new", f"{url}/pledge", *pages)
    factories.publish_meeting(meeting, mori)
    look(browser, *pages)
    look(sign_in(iin), "/meetings/", f"{url}/pledge", url, f"{url}/agenda", f"{url}/minutes")
    factories.begin_meeting(meeting, mori)
    look(browser, *pages)
    decide(meeting, item, Outcome.NOTE, mori)
    look(browser, *pages)
    look(sign_in(sato), *(f"/meetings/{case_held.id}{path}" for path in ("", "/agenda", "/live")))


def test_the_list_is_narrowed_and_split_into_coming_and_past(sign_in, mori, sato, clock):
    factories.plan_meeting(mori, title="町の会議")
    factories.plan_meeting(sato, MeetingLevel.INDIVIDUAL, title="個別の会議")
    browser = sign_in(mori)
    assert "個別の会議" in browser.get("/meetings/").text
    assert "個別の会議" not in browser.get("/meetings/?level=municipal").text
    assert "町の会議" not in browser.get("/meetings/?when=past").text
    clock.move(days=8)
    assert "町の会議" in sign_in(mori).get("/meetings/?when=past").text


@pytest.mark.parametrize("path", ["", "/agenda", "/minutes", "/live"])
def test_pages_cost_the_same_for_one_item_and_for_six(
    path, sign_in, statements, mori, sato, aoi, meeting, item
):
    browser, url = sign_in(mori), f"/meetings/{meeting.id}{path}"
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    browser.get(url)
    with statements() as for_one:
        browser.get(url)
    for number in range(5):
        case = factories.accept(factories.make_case(by=aoi), by=sato)
        made = factories.make_issue(sato, case, title=f"課題 {number}")
        issues.confirm(made, by=sato, at=the_clock.now())
        db.session.commit()
        factories.put_on_agenda(meeting, made, by=mori)
    with statements() as for_six:
        browser.get(url)
    assert len(for_six) == len(for_one), for_six


def test_a_filter_nobody_knows_is_refused_and_lists_nothing(sign_in, mori):
    browser = sign_in(mori)
    for odd in ("when=nonsense", "level=x"):
        answer = browser.get(f"/meetings/?{odd}")
        assert answer.status_code == 422, odd
        assert "error-summary" in answer.text, odd
        assert "data-label" not in answer.text, odd


def test_the_list_costs_the_same_for_one_meeting_and_for_twenty(sign_in, statements, mori):
    factories.plan_meeting(mori)
    browser = sign_in(mori)
    browser.get("/meetings/")
    with statements() as for_one:
        browser.get("/meetings/")
    for _ in range(19):
        factories.plan_meeting(mori)
    with statements() as for_twenty:
        browser.get("/meetings/")
    assert len(for_twenty) == len(for_one)
