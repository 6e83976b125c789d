"""The inbox of the centre, and each step of sorting on its page."""

import re
import uuid

import pytest

from tests import factories
from tests.client import form_fields, parsed
from tracker.accounts.models import OrganisationKind
from tracker.accounts.roles import Role
from tracker.cases.models import Case, CaseStatus, Disposition
from tracker.core.db import db


@pytest.fixture
def satos(sign_in, sato):
    """Sato at her browser."""
    return sign_in(sato)


@pytest.fixture
def case(aoi):
    return factories.make_case(by=aoi)


def reread(case):
    """The row as it is in the database now."""
    db.session.rollback()
    return db.session.get_one(Case, case.id, populate_existing=True)


def take(browser, case, verb, **fields):
    """Press the button of this step on the case's page."""
    return browser.post_form(f"/triage/{case.id}", fields, to=f"/triage/{case.id}/{verb}")


def listed(html):
    """Numbers in the table, top to bottom."""
    return re.findall(r">(R8-[0-9-]+)</a>", html)


def tabs(html):
    """The count beside each part of the inbox."""
    nav = next(n for n in parsed(html).iter("nav") if n.get("class") == "tabs")
    return [int(s.text) for s in nav.iter("span") if s.get("class") == "count"]


def offered(html):
    """Which steps the page offers."""
    actions = [form.get("action") or "" for form in parsed(html).iter("form")]
    return {action.rpartition("/")[2] for action in actions if action.startswith("/triage/")}


# --- the inbox ---


def test_new_cases_wait_oldest_first(satos, aoi):
    first, second = factories.make_case(by=aoi), factories.make_case(by=aoi)
    assert listed(satos.get("/triage/").text) == [first.number, second.number]


def test_each_part_shows_what_waits_for_that_step(satos, aoi, sato):
    new, accepted, sorted_, waits, done = (factories.make_case(by=aoi) for _ in range(5))
    for case in (accepted, sorted_, waits, done):
        factories.accept(case, by=sato)
    factories.sort(sorted_, by=sato)
    factories.sort(waits, sato, Disposition.TO_ISSUE)
    factories.sort(done, by=sato, answer=factories.ANSWER)
    shown = {
        part: listed(satos.get(f"/triage/?part={part}").text)
        for part in ("accept", "sort", "answer")
    }
    assert shown == {
        "accept": [new.number],
        "sort": [accepted.number],
        "answer": [sorted_.number],
    }


def test_the_tabs_count_what_they_show(satos, aoi, kato, sato):
    factories.make_case(by=kato)
    for _ in range(2):
        factories.make_case(by=aoi)
    factories.accept(factories.make_case(by=aoi), by=sato)
    assert tabs(satos.get("/triage/").text)[:3] == [2, 1, 0]


def test_a_case_sent_back_waits_for_nobody_in_the_inbox(satos, case, sato):
    factories.send_back(case, by=sato)
    assert tabs(satos.get("/triage/").text)[:3] == [0, 0, 0]


def test_an_empty_inbox_says_so(satos):
    assert "受付待ちの事例はありません。" in satos.get("/triage/").text


# --- which steps are offered ---


def in_state(status, aoi, sato):
    """A case of Aoi that stands there."""
    case = factories.make_case(by=aoi)
    if status == "submitted":
        return case
    if status == "returned":
        return factories.send_back(case, by=sato)
    factories.accept(case, by=sato)
    if status != "accepted":
        factories.sort(case, by=sato, answer=factories.ANSWER if status == "closed" else "")
    return case


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        ("submitted", {"accept", "return", "note", "assign", "reclassify"}),
        ("accepted", {"sort", "return", "note", "assign", "reclassify"}),
        ("disposed", {"answer", "note", "assign"}),
        ("closed", {"note"}),
        ("returned", {"note", "assign"}),
    ],
)
def test_the_page_offers_the_steps_that_follow(sign_in, aoi, sato, clock, status, steps):
    case = in_state(status, aoi, sato)
    clock.move(hours=25)  # nothing can be taken back any more
    assert offered(sign_in(sato).get(f"/triage/{case.id}").text) == steps


def test_guidance_stands_beside_the_case(satos, aoi):
    case = factories.make_case(by=aoi, act_type="SF02")
    assert "110番" in satos.get(f"/triage/{case.id}").text


# --- the steps ---


def test_sato_accepts_a_case(satos, case):
    assert take(satos, case, "accept").status_code == 303
    assert reread(case).status is CaseStatus.ACCEPTED


def test_sato_sends_a_case_back_with_a_question(satos, case):
    take(satos, case, "return", reason="頻度を教えてください。")
    assert reread(case).status is CaseStatus.RETURNED


def test_sato_sorts_a_case_and_answers_it_at_once(satos, case, sato):
    factories.accept(case, by=sato)
    take(satos, case, "sort", disposition="resolved_existing", answer="宅配をご紹介しました。")
    row = reread(case)
    assert (row.status, row.disposition) == (CaseStatus.CLOSED, Disposition.RESOLVED_EXISTING)


def test_sato_answers_later(satos, case, sato):
    factories.sort(factories.accept(case, by=sato), by=sato)
    take(satos, case, "answer", answer="宅配をご紹介しました。")
    assert reread(case).status is CaseStatus.CLOSED


def test_sato_takes_the_last_step_back(satos, case, sato):
    factories.accept(case, by=sato)
    take(satos, case, "undo")
    assert reread(case).status is CaseStatus.SUBMITTED


def test_the_undo_button_is_not_offered_to_a_colleague(sign_in, case, sato):
    factories.accept(case, by=sato)
    centre = min(sato.organisation_ids(Role.CENTRE))
    browser = sign_in(factories.make_person("shimizu", centre, Role.CENTRE))
    assert "undo" not in offered(browser.get(f"/triage/{case.id}").text)


# --- refusals ---


def test_sorting_needs_a_choice_and_keeps_the_answer(satos, case, sato):
    factories.accept(case, by=sato)
    answer = take(satos, case, "sort", answer="宅配をご紹介しました。")
    assert (answer.status_code, reread(case).status) == (422, CaseStatus.ACCEPTED)
    assert '<a href="#disposition">' in answer.text
    assert "宅配をご紹介しました。</textarea>" in answer.text


def test_handing_on_without_a_contact_keeps_everything(satos, case, sato):
    factories.accept(case, by=sato)
    typed = {"disposition": "redirected", "redirect_body": "資源循環課", "answer": "つなぎます。"}
    answer = take(satos, case, "sort", **typed)
    assert answer.status_code == 422
    assert "担当する機関の連絡先を入力してください。" in answer.text
    form = next(f for f in parsed(answer.text).iter("form") if "sort" in (f.get("action") or ""))
    kept = form_fields(form)
    assert {name: kept[name] for name in typed} == typed


def test_the_number_of_a_chosen_body_is_not_given_to_the_one_that_was_typed(satos, case, sato):
    body = {"kind": OrganisationKind.OTHER, "phone": "055-000-0110"}
    factories.make_organisation("権利擁護センター", case.municipality_id, **body)
    factories.accept(case, by=sato)
    page = satos.get(f"/triage/{case.id}").text
    known = re.search(r'<option value="(\d+)">権利擁護センター', page)
    redirect = {
        "disposition": "redirected",
        "disposition_reason": "other_duty",
        "known_body": known[1],
        "redirect_body": "県の相談窓口",
    }
    refused = take(satos, case, "sort", **redirect)
    assert refused.status_code == 422
    assert 'href="#redirect_contact"' in refused.text
    assert take(satos, case, "sort", **{**redirect, "redirect_body": ""}).status_code == 303
    row = reread(case)
    assert (row.redirect_body, row.redirect_contact) == ("権利擁護センター", "055-000-0110")


def test_saving_that_nobody_looks_after_it_as_before_is_said_beside_the_field(satos, case):
    refused = take(satos, case, "assign", person_id="")
    assert refused.status_code == 422
    assert 'href="#person_id"' in refused.text


def test_an_answer_that_is_not_offered_is_refused_in_the_language_of_the_page(satos, case):
    refused = take(satos, case, "return", reason="時間帯を教えてください。", fields_asked="no_such")
    assert refused.status_code == 422
    assert "not a valid choice" not in refused.text
    assert "no_such" not in refused.text


@pytest.mark.parametrize(("verb", "field"), [("return", "reason"), ("answer", "answer")])
def test_a_step_without_its_sentence_is_refused(satos, case, sato, verb, field):
    if verb == "answer":
        factories.sort(factories.accept(case, by=sato), by=sato)
    answer = take(satos, case, verb, **{field: " "})
    assert answer.status_code == 422
    assert "入力してください。" in answer.text


def test_a_telephone_number_in_an_answer_is_marked_and_kept(satos, case, sato):
    factories.sort(factories.accept(case, by=sato), by=sato)
    answer = take(satos, case, "answer", answer="長女 090-1234-5678 へ。")
    assert (answer.status_code, reread(case).status) == (422, CaseStatus.DISPOSED)
    assert ">090-1234-5678</mark>" in answer.text


def test_a_my_number_as_a_contact_is_refused(satos, case, sato):
    factories.accept(case, by=sato)
    typed = {"disposition": "redirected", "redirect_body": "課", "redirect_contact": "123456789018"}
    answer = take(satos, case, "sort", **typed)
    assert answer.status_code == 422
    assert "123456789018" not in answer.text


def test_an_answer_to_a_case_that_is_closed_is_a_conflict_with_the_typed_text(satos, case, sato):
    factories.sort(factories.accept(case, by=sato), by=sato, answer=factories.ANSWER)
    sent = {"request_key": str(uuid.uuid4()), "answer": "もう一度、宅配をご紹介しました。"}
    answer = satos.send(f"/triage/{case.id}/answer", sent)
    assert answer.status_code == 409
    assert sent["answer"] in answer.text


# --- once, and only by the centre of the area ---


def test_a_double_click_on_accept_is_no_error(satos, case):
    key = {"request_key": str(uuid.uuid4())}
    answers = [satos.send(f"/triage/{case.id}/accept", key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert reread(case).status is CaseStatus.ACCEPTED


def test_two_colleagues_accepting_the_same_case_the_second_is_told(satos, sign_in, case, sato):
    centre = min(sato.organisation_ids(Role.CENTRE))
    other = sign_in(factories.make_person("shimizu", centre, Role.CENTRE))
    take(satos, case, "accept")
    answer = other.send(f"/triage/{case.id}/accept", {"request_key": str(uuid.uuid4())})
    assert answer.status_code == 409


def test_a_case_of_another_area_is_not_found(sign_in, nishi, case):
    browser = sign_in(nishi)
    assert browser.get(f"/triage/{case.id}").status_code == 404
    for verb in ("accept", "return", "sort", "answer", "undo"):
        answer = browser.send(f"/triage/{case.id}/{verb}", {"request_key": str(uuid.uuid4())})
        assert (verb, answer.status_code) == (verb, 404)


def test_nobody_but_a_centre_has_an_inbox(sign_in, aoi, mori, yama, case):
    for person in (aoi, mori, yama):
        for url in ("/triage/", f"/triage/{case.id}"):
            assert sign_in(person).get(url).status_code == 403
