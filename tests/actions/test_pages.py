"""The list and the page of an action: what stands there, and what can be done from there."""

import uuid
from datetime import time

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import parsed
from tests.house.test_pages import assert_sound
from tracker.actions import service
from tracker.actions.models import Action, ActionEntry, Stage
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues.models import IssueStatus
from tracker.meetings.models import AgendaItem, ItemKind, Meeting, MeetingLevel
from tracker.resources.models import Resource

SAID = "店主と会い、週1回の巡回を相談した。"


def page(action):
    """Its address."""
    return f"/actions/{action.id}"


def stage_of(action):
    """The stage as it is stored."""
    return db.session.scalar(sa.select(Action.stage).where(Action.id == action.id))


def lines(action):
    """Sentences of the log as they are stored."""
    statement = sa.select(ActionEntry.sentence).where(ActionEntry.action_id == action.id)
    return list(db.session.scalars(statement.order_by(ActionEntry.id)))


def send(browser, action, verb, **typed):
    """The form of this verb, filled in on the action's own page."""
    return browser.post_form(page(action), typed, to=f"{page(action)}/{verb}")


@pytest.fixture
def on_trial(action, sato):
    """The action at its trial."""
    return factories.move_action(action, Stage.STUDY, Stage.TRIAL, by=sato)


# --- reading ---


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("login", ["sato", "nishi", "mori", "yama"])
def test_the_pages_are_sound(login, lang, request, on_trial, issue, sato, mori, sign_in, clock):
    factories.hold_action(factories.make_action(issue, by=mori), by=mori)
    factories.end_action(factories.make_action(issue, by=mori), by=mori)
    way = (Stage.STUDY, Stage.TRIAL, Stage.LIVE, Stage.REVIEW)
    factories.move_action(factories.make_action(issue, by=mori), *way, by=mori)
    clock.move(days=125)
    browser = sign_in(request.getfixturevalue(login))
    urls = ["/actions/", "/actions/?mine=1", "/actions/?delay=overdue", "/actions/?delay=stalled"]
    urls += ["/actions/?stage=trial", f"/actions/?issue={issue.id}", "/actions/?stage=settled"]
    urls += [f"/actions/{key}" for key in range(1, 5)]
    for url in urls:
        joined = "&" if "?" in url else "?"
        answer = browser.get(f"{url}{joined}lang={lang}")
        assert answer.status_code == 200, url
        assert_sound(answer.text, f"{url} as {login}", lang)


def test_an_empty_list_is_sound_and_says_where_actions_come_from(sign_in, mori):
    answer = sign_in(mori).get("/actions/")
    assert_sound(answer.text, "/actions/", "ja")
    assert 'class="empty"' in answer.text


@pytest.mark.parametrize("login", ["ono", "aoi", "iin", "ken"])
def test_those_without_the_permission_are_refused(login, request, action, sign_in):
    browser = sign_in(request.getfixturevalue(login))
    assert browser.get("/actions/").status_code == 403
    assert browser.get(page(action)).status_code == 403


def test_tani_of_the_other_town_finds_neither_page_nor_form(action, sign_in, tani):
    browser = sign_in(tani)
    assert browser.get(page(action)).status_code == 404
    assert action.title not in browser.get("/actions/").text
    for verb in ("entry", "next", "live", "hold", "resume", "stop", "reassign", "undo"):
        assert browser.send(f"{page(action)}/{verb}").status_code == 404, verb


@pytest.mark.parametrize("login", ["nishi", "yama"])
def test_who_may_only_read_may_comment_and_is_refused_the_rest(login, request, on_trial, sign_in):
    browser = sign_in(request.getfixturevalue(login))
    html = browser.get(page(on_trial)).text.replace(f'action="{page(on_trial)}/comments"', "")
    assert f'action="{page(on_trial)}' not in html
    for verb in ("entry", "next", "live", "hold", "resume", "stop", "reassign", "undo"):
        assert browser.send(f"{page(on_trial)}/{verb}").status_code == 403, verb


def test_sato_sees_what_the_owner_may_do_and_mori_also_the_handing_over(
    on_trial, sign_in, sato, mori
):
    for person, extra in ((sato, set()), (mori, {"reassign"})):
        html = sign_in(person).get(page(on_trial)).text
        prefix = f"{page(on_trial)}/"
        forms = {form.get("action", "") for form in parsed(html).iter("form")}
        shown = {url.removeprefix(prefix) for url in forms if url.startswith(prefix)}
        undo = {"undo"} if person is sato else set()
        beside = {"milestones", "look-again", "hand-over", "comments"}
        assert shown == {"entry", "live", "hold", "stop"} | beside | extra | undo


def test_the_page_leads_to_its_issue_unless_it_is_of_another_area(
    action, issue, sign_in, sato, nishi
):
    assert f'href="/issues/{issue.id}"' in sign_in(sato).get(page(action)).text
    html = sign_in(nishi).get(page(action)).text
    assert issue.number in html
    assert issue.title not in html
    assert f'href="/issues/{issue.id}"' not in html


def item_of_a_meeting(host_id, clock):
    """An agenda item of a meeting of the office; only their rows."""
    stamps = {"created_at": clock.now(), "updated_at": clock.now()}
    meeting = Meeting(
        municipality_id=98201,
        level=MeetingLevel.MUNICIPAL,
        host_id=host_id,
        title="第2回地域ケア推進会議",
        held_on=clock.now().date(),
        starts_at=time(14, 0),
        length_minutes=90,
        place="市役所",
        **stamps,
    )
    db.session.add(meeting)
    db.session.flush()
    item = AgendaItem(
        meeting_id=meeting.id,
        position=1,
        kind=ItemKind.ISSUE,
        title="買い物",
        question="何から始めるか",
        presenter="東センター",
        minutes_planned=15,
        **stamps,
    )
    db.session.add(item)
    db.session.commit()
    return item


def test_the_page_leads_to_the_meeting_that_decided_it(issue, sign_in, mori, nishi, clock):
    office = min(mori.organisation_ids())
    item = item_of_a_meeting(office, clock)
    action = service.propose(
        issue,
        factories.action_draft(office),
        item.id,
        by=mori,
        at=clock.now(),
        today=the_clock.today(),
    )
    db.session.commit()
    url = f"/meetings/{item.meeting_id}"
    browser = sign_in(mori)
    assert f'href="{url}"' in browser.get(page(action)).text
    assert browser.get(url).status_code == 200
    assert f'href="{url}"' not in sign_in(nishi).get(page(action)).text


def test_what_is_late_and_silent_stands_in_words(action, sign_in, mori, clock):
    clock.move(days=123)
    for url in ("/actions/?lang=en", f"{page(action)}?lang=en"):
        html = sign_in(mori).get(url).text
        assert "3 days past the due date" in html, url
        assert "No entry for 123 days" in html, url


@pytest.mark.both
def test_a_long_list_goes_on_over_pages(issue, sign_in, mori):
    for _ in range(52):
        factories.make_action(issue, by=mori)
    browser = sign_in(mori)
    html = browser.get("/actions/").text
    onward = next(a.get("href") for a in parsed(html).iter("a") if a.get("rel") == "next")
    assert "R8-52" in html
    assert "R8-02" in browser.get(onward).text
    assert browser.get("/actions/?after=x").status_code == 200


def test_a_filter_nobody_knows_is_refused_and_lists_nothing(action, sign_in, mori):
    browser = sign_in(mori)
    odd = ("view=x", "stage=nonsense", "issue=y", "delay=z", "mine=2", "kind=x", "owner=999999")
    lists = [f"/actions/?{one}" for one in odd]
    lists += [f"/actions/lessons/?{name}=x" for name in ("kind", "reason", "family")]
    lists += ["/actions/agreements/?kind=x", "/actions/agreements/?validity=x"]
    for url in lists:
        answer = browser.get(url)
        assert answer.status_code == 422, url
        assert "error-summary" in answer.text, url
        assert action.title not in answer.text, url
    for url in ("/actions/list.csv?stage=nonsense", "/actions/agreements/register.csv?kind=x"):
        answer = browser.get(url)
        assert (answer.status_code, answer.mimetype) == (422, "text/html"), url


@pytest.mark.both
def test_twenty_cost_as_many_statements_as_one(issue, action, sign_in, mori, statements):
    browser = sign_in(mori)
    browser.get("/actions/")
    with statements() as for_one:
        browser.get("/actions/")
    for _ in range(19):
        factories.make_action(issue, by=mori)
    with statements() as for_twenty:
        browser.get("/actions/")
    assert len(for_one) == len(for_twenty) <= 7, for_twenty


@pytest.mark.both
def test_a_long_log_costs_as_many_statements_as_a_short_one(action, sign_in, mori, statements):
    browser = sign_in(mori)
    send(browser, action, "entry", entry=SAID)
    with statements() as for_one:
        browser.get(page(action))
    for number in range(10):
        send(browser, action, "entry", entry=f"{number}回目の相談をした。")
    with statements() as for_many:
        browser.get(page(action))
    assert len(for_one) == len(for_many), for_many


# --- doing ---


ASKED_FOR = {
    "study": {"survey_plan": "三つの町内会に聞く。"},
    "trial": {
        "surveyed": "三つの町内会の世帯",
        "survey_result": "四十世帯が困っている。",
        "partner": "町内会と商店",
        "funding": "none_needed",
        "trial_place": "一つの町内",
        "trial_from": "令和8年12月1日",
    },
    "review": {"use_in_words": "毎回三十人前後"},
    "settled": {"measured": "三か月続いている。"},
}


@pytest.mark.both
def test_sato_writes_an_entry(action, sign_in, sato):
    browser = sign_in(sato)
    answer = send(browser, action, "entry", entry=SAID)
    assert (answer.status_code, answer.location) == (303, page(action))
    assert SAID in browser.get(page(action)).text


@pytest.mark.both
def test_sato_leads_it_from_the_proposal_to_its_end(action, issue, sign_in, sato):
    browser = sign_in(sato)
    for stage in ("study", "trial"):
        sent = {"to": stage, "next_sentence": SAID, **ASKED_FOR[stage]}
        assert send(browser, action, "next", **sent).status_code == 303
    found = factories.make_resource(sato)
    typed = {"live_sentence": SAID, "trial_numbers": "八世帯", "resource_id": str(found.id)}
    assert send(browser, action, "live", **typed).status_code == 303
    for stage in ("review", "settled"):
        sent = {"to": stage, "next_sentence": SAID, **ASKED_FOR[stage]}
        assert send(browser, action, "next", **sent).status_code == 303
    assert stage_of(action) is Stage.SETTLED
    db.session.refresh(issue)
    assert issue.status is IssueStatus.WATCHING
    assert f'href="/resources/{found.id}"' in browser.get(page(action)).text


NEW = {
    "live_sentence": SAID,
    "trial_numbers": "一回あたり十四人",
    "resource_id": "0",
    "name_ja": "見晴らし号",
    "category": "RS_SHOP",
    "provider_type": "COMPANY",
    "provider_name": "みなと商店",
    "formality": "INFORMAL",
    "fee": "MARKET",
    "does": "食料品を積んだ車が集会所を回る。",
    "how_to_apply": "申込みは要らない。",
    "contact": "みなと商店 0980-00-5001",
}


@pytest.mark.both
def test_a_new_resource_knows_the_issues_type_and_area(on_trial, issue, sign_in, sato):
    assert send(sign_in(sato), on_trial, "live", **NEW).status_code == 303
    made = db.session.scalars(
        sa.select(Resource).options(
            sa.orm.selectinload(Resource.areas), sa.orm.selectinload(Resource.act_types)
        )
    ).one()
    assert [area.id for area in made.areas] == [issue.area_id]
    assert [act.code for act in made.act_types] == [issue.act_type_code]
    assert stage_of(on_trial) is Stage.LIVE


def test_a_new_resource_half_described_is_asked_for_the_rest_and_keeps_what_was_typed(
    on_trial, sign_in, sato
):
    half = {**NEW, "contact": "", "provider_name": "", "fee": ""}
    answer = send(sign_in(sato), on_trial, "live", **half)
    assert answer.status_code == 422
    assert_sound(answer.text, "live refused", "ja")
    for name in ("contact", "provider_name", "fee"):
        assert f'id="{name}-error"' in answer.text, name
    assert NEW["does"] in answer.text
    assert stage_of(on_trial) is Stage.TRIAL


def test_sato_holds_and_resumes(action, sign_in, sato):
    browser = sign_in(sato)
    answer = send(browser, action, "hold", until="令和8年12月28日", hold_sentence=SAID)
    assert (answer.status_code, stage_of(action)) == (303, Stage.ON_HOLD)
    answer = send(browser, action, "resume", resume_sentence=SAID)
    assert (answer.status_code, stage_of(action)) == (303, Stage.PROPOSED)


@pytest.mark.parametrize("typed", ["令和8年11月24日", "2026/13/1", "来週", ""])
def test_a_hold_until_no_day_to_come_is_refused_beside_the_day(typed, action, sign_in, sato):
    answer = send(sign_in(sato), action, "hold", until=typed, hold_sentence=SAID)
    assert answer.status_code == 422
    assert 'id="until-error"' in answer.text
    assert SAID in answer.text
    assert_sound(answer.text, "hold refused", "ja")


def test_sato_stops_with_a_reason(action, sign_in, sato):
    browser = sign_in(sato)
    answer = send(browser, action, "stop", reason="no_budget", stop_sentence=SAID)
    assert (answer.status_code, stage_of(action)) == (303, Stage.STOPPED)
    html = browser.get(page(action)).text
    assert f'action="{page(action)}/hold"' not in html
    assert f'action="{page(action)}/entry"' in html


def test_mori_hands_it_over(action, sign_in, mori, yama):
    council = min(yama.organisation_ids())
    answer = send(sign_in(mori), action, "reassign", owner_id=str(council), reassign_sentence=SAID)
    assert answer.status_code == 303
    assert db.session.scalar(sa.select(Action.owner_id)) == council


def test_sato_takes_a_step_back(on_trial, sign_in, sato):
    answer = send(sign_in(sato), on_trial, "undo")
    assert (answer.status_code, stage_of(on_trial)) == (303, Stage.STUDY)


FORMS = {
    "entry": ("entry", {}),
    "next": ("next_sentence", {"to": "study"}),
    "hold": ("hold_sentence", {"until": "令和8年12月28日"}),
    "stop": ("stop_sentence", {"reason": "no_budget"}),
    "reassign": ("reassign_sentence", {}),
}


@pytest.mark.parametrize("verb", FORMS)
def test_without_a_sentence_the_page_asks_for_one(verb, action, sign_in, mori):
    name, rest = FORMS[verb]
    answer = send(sign_in(mori), action, verb, **{name: ""}, **rest)
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    assert_sound(answer.text, f"{verb} refused", "ja")
    assert lines(action) == []


@pytest.mark.parametrize("verb", FORMS)
def test_a_telephone_number_is_marked_before_anything_is_saved(verb, action, sign_in, mori):
    name, rest = FORMS[verb]
    typed = {name: "娘さん 090-1234-5678 に連絡した。", **rest}
    answer = send(sign_in(mori), action, verb, **typed)
    assert (answer.status_code, "<mark" in answer.text, lines(action)) == (422, True, [])
    assert_sound(answer.text, f"{verb} marked", "ja")


@pytest.mark.parametrize(
    "typed", [{"to": ""}, {"to": "nonsense"}, {"to": None}], ids=["empty", "unknown", "none"]
)
def test_a_stage_that_is_none_is_refused(typed, action, sign_in, sato):
    url = f"{page(action)}/next"
    sent = {"request_key": str(uuid.uuid4()), "next_sentence": SAID, **typed}
    fields = {name: value for name, value in sent.items() if value is not None}
    assert sign_in(sato).send(url, fields).status_code == 422


@pytest.mark.parametrize("to", ["trial", "live", "on_hold", "stopped", "proposed"])
def test_a_stage_that_does_not_follow_is_a_conflict_that_keeps_the_words(to, action, sign_in, sato):
    sent = {"request_key": str(uuid.uuid4()), "next_sentence": SAID, "to": to}
    answer = sign_in(sato).send(f"{page(action)}/next", sent)
    assert (answer.status_code, SAID in answer.text) == (409, True)
    assert (stage_of(action), lines(action)) == (Stage.PROPOSED, [])


@pytest.mark.both
def test_a_form_sent_twice_writes_one_line(action, sign_in, sato):
    browser = sign_in(sato)
    sent = {"request_key": str(uuid.uuid4()), "entry": SAID}
    answers = [browser.send(f"{page(action)}/entry", sent).status_code for _ in range(2)]
    assert (answers, lines(action)) == ([303, 303], [SAID])


def test_a_form_of_before_somebody_else_moved_it_is_a_conflict(action, sign_in, sato, mori):
    first, second = sign_in(sato), sign_in(mori)
    sent = {"request_key": str(uuid.uuid4()), "next_sentence": SAID, "to": "study"}
    assert first.send(f"{page(action)}/next", sent).status_code == 303
    sent = {**sent, "request_key": str(uuid.uuid4())}
    assert second.send(f"{page(action)}/next", sent).status_code == 409
