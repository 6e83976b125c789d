"""The page of the room: what is talked about now, items on the spot, words that outlive trouble."""

import pytest

from tests import factories
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tests.meetings.test_pages import fields_of, send_room
from tracker.core import clock as the_clock
from tracker.core import drafts
from tracker.core.db import db
from tracker.demo import PASSWORD
from tracker.meetings import queries, recommending
from tracker.meetings.models import DeclineReason, Outcome

NOTES = "店は前向き。費用は未定。"


def again(item):
    db.session.expire_all()
    return item


def test_the_item_talked_about_has_a_clock(sign_in, mori, held, item, clock):
    browser, url = sign_in(mori), f"/meetings/{held.id}/live"
    assert "data-elapsed" not in browser.get(url).text
    assert send_room(browser, held, f"now-{item.id}").status_code == 303
    clock.move(minutes=25)
    page = browser.get(url).text
    assert 'data-elapsed="1500"' in page
    assert f'data-planned="{item.minutes_planned * 60}"' in page


def test_an_issue_is_put_on_the_agenda_while_people_talk(
    sign_in, mori, held, item, other_issue, clock
):
    browser, url = sign_in(mori), f"/meetings/{held.id}/live"
    typed = {f"i{item.id}-discussion": NOTES}
    assert send_room(browser, held, "add", **typed).status_code == 422
    typed |= {
        "new-subject_ids": str(other_issue.id),
        "new-question": "だれが続けるか。",
        "new-presenter": "センター",
        "new-minutes_planned": "10",
    }
    assert send_room(browser, held, "add", **typed).status_code == 303
    items = queries.items_of(held.id)
    assert [one.title for one in items][1:] == [other_issue.title]
    assert items[1].added_after_publication
    assert items[1].frozen_at is not None
    assert again(item).discussion == NOTES, "what was typed beside it is saved as well"
    assert other_issue.title in browser.get(url).text


def test_each_decision_is_noted_from_the_page(sign_in, mori, held, item, clock):
    recommending.recommend(held, item, Outcome.HOLD, "待てる。", by=mori, at=clock.now())
    db.session.commit()
    browser, box = sign_in(mori), f"i{item.id}-o-"
    typed = {f"{box}outcome": "decline", f"{box}sentence": "見送ります。"}
    press = f"outcome-{item.id}"
    assert send_room(browser, held, press, **typed).status_code == 422
    typed[f"{box}decline_reason"] = "no_means"
    refused = send_room(browser, held, press, **typed)
    assert refused.status_code == 422
    assert "センターの提案と異なる" in refused.text
    typed[f"{box}differs_because"] = "予算が付かないため。"
    assert send_room(browser, held, press, **typed).status_code == 303
    assert again(item).decline_reason is DeclineReason.NO_MEANS
    assert item.differs_because == "予算が付かないため。"


def test_adopting_without_an_action_is_refused_beside_the_empty_row(sign_in, mori, held, item):
    browser, box = sign_in(mori), f"i{item.id}-o-"
    typed = {f"{box}outcome": "adopt", f"{box}sentence": "店に働きかけます。"}
    refused = send_room(browser, held, f"outcome-{item.id}", **typed)
    assert refused.status_code == 422
    assert "取組が1つ以上必要" in refused.text
    assert "店に働きかけます。" in refused.text, "what was typed is still there"
    assert again(item).outcome is None


def test_what_was_decided_to_be_done_stands_beside_the_outcome(sign_in, mori, held, item, issue):
    made = factories.adopt(held, item, issue, by=mori)
    page = sign_in(mori).get(f"/meetings/{held.id}/live").text
    assert f'href="/actions/{made.id}"' in page
    assert made.title in page
    assert f'value="undo-{item.id}"' not in page, "what was made of it is not taken back here"


def test_words_sent_after_the_sign_in_ended_come_back_as_a_draft(sign_in, mori, held, item, clock):
    browser, url = sign_in(mori), f"/meetings/{held.id}/live"
    fields = fields_of(browser, url)
    clock.move(minutes=50)
    answer = browser.post(url, data={**fields, f"i{item.id}-discussion": NOTES, "save": "notes"})
    assert answer.status_code == 401
    assert again(item).discussion == ""
    forms = [form_fields(form) for form in parsed(answer.text).iter("form")]
    (sealed,) = (form for form in forms if "kept" in form)
    typed = {**sealed, "login": "mori", "password": PASSWORD}
    assert browser.post("/sign-in", data=typed).status_code == 303
    assert NOTES in browser.get(url).text


def test_a_draft_holds_every_box_of_the_page(sign_in, mori, held, item, other_issue):
    browser, url = sign_in(mori), f"/meetings/{held.id}/live"
    fields = fields_of(browser, url)
    typed = {f"i{item.id}-discussion": NOTES, "new-question": "だれが続けるか。"}
    assert browser.post(f"{url}/draft", data={**fields, **typed}).status_code == 200
    kept = drafts.find(mori.person_id, f"meeting:{held.id}").fields
    assert {name: kept[name] for name in typed} == typed
    page = browser.get(url).text
    assert all(words in page for words in typed.values())


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_recommendation_is_written_by_a_centre_and_stands_on_the_pages(
    meeting, item, mori, sato, sign_in, lang
):
    browser, base = sign_in(sato), f"/meetings/{meeting.id}"
    url = f"{base}/items/{item.id}/recommendation"
    assert_sound(browser.get(f"{url}?lang={lang}").text, url, lang)
    typed = {"recommendation": "adopt", "reason": "費用が見合う。"}
    assert browser.post_form(url, {**typed, "reason": ""}).status_code == 422
    assert browser.post_form(url, typed).status_code == 303
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
    for path in ("/agenda", "/live"):
        page = sign_in(mori).get(f"{base}{path}?lang={lang}").text
        assert "費用が見合う。" in page
        assert_sound(page, path, lang)
    assert the_clock.today()
