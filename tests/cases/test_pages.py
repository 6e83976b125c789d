"""The page of a case: where it stands, what was answered, what its office can do with it."""

import re

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import parsed
from tracker.cases.models import Case, CaseStatus, Disposition
from tracker.core import traces
from tracker.core.db import db
from tracker.core.traces import AccessTrace


def words(element):
    """Everything an element says, blanks made single."""
    return " ".join("".join(element.itertext()).split())


def stages(html):
    """Each place of the stage bar in words, and which one is marked as current."""
    items = [item for item in parsed(html).iter("li") if "stage-" in item.get("class", "")]
    (current,) = [index for index, i in enumerate(items) if i.get("aria-current") == "step"]
    return [words(item) for item in items], current


@pytest.fixture
def page(sign_in):
    """What this person reads on the page of a case."""
    return lambda person, case: sign_in(person).get(f"/cases/{case.id}").text


def test_the_stage_bar_shows_where_a_new_case_stands(page, aoi):
    places, current = stages(page(aoi, factories.make_case(by=aoi)))
    assert len(places) >= 4
    assert current == 0
    assert places[0].endswith("いま 令和8.11.24")


def test_the_stage_bar_says_what_became_of_a_case(page, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, sato, Disposition.TO_ISSUE)
    places, current = stages(page(aoi, case))
    assert current == 2
    assert places[2].endswith("地域課題へ")


def test_the_stage_bar_says_that_a_case_was_sent_back(page, aoi, sato):
    case = factories.send_back(factories.make_case(by=aoi), by=sato)
    places, current = stages(page(aoi, case))
    assert places[current].endswith("確認のお願い")


def test_a_returned_case_shows_the_question_and_the_way_to_complete_it(page, aoi, sato):
    case = factories.send_back(
        factories.make_case(by=aoi), by=sato, reason="頻度を教えてください。"
    )
    html = page(aoi, case)
    assert html.count("頻度を教えてください。") >= 2  # in the notice and in the history
    assert f'href="/cases/{case.id}/edit"' in html


def test_every_answer_is_shown(page, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, sato, Disposition.TO_ISSUE, answer="課題として検討します。")
    factories.answer(case, sato, "来月の会議にかけます。")
    html = page(aoi, case)
    assert html.index("来月の会議にかけます。") < html.index("課題として検討します。")


def test_an_answer_taken_back_is_not_shown_to_the_office(page, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, by=sato, answer="宅配をご紹介しました。")
    factories.undo(case, by=sato)
    assert "宅配をご紹介しました。" not in page(aoi, case)


def test_the_responsible_body_and_its_contact_are_shown(page, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    how = {"body": "資源循環課", "contact": "2階 5番窓口", "answer": "担当課へつなぎました。"}
    factories.sort(case, sato, Disposition.REDIRECTED, **how)
    html = page(aoi, case)
    assert "資源循環課" in html
    assert "2階 5番窓口" in html


def test_the_responsible_body_is_shown_before_the_answer_too(page, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, sato, Disposition.REDIRECTED, body="資源循環課", contact="2階 5番窓口")
    assert "資源循環課" in page(aoi, case)


def test_what_was_typed_is_shown_as_text_never_as_markup(page, aoi):
    case = factories.make_case(by=aoi, summary="<script>alert(1)</script>{{ 7*7 }} を頼まれた。")
    html = page(aoi, case)
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in html


def test_burden_is_times_by_minutes(page, aoi):
    assert "3回、1回あたり約40分、合計120分" in page(aoi, factories.make_case(by=aoi))


def test_aoi_withdraws_a_case(sign_in, aoi):
    case = factories.make_case(by=aoi)
    answer = sign_in(aoi).post_form(f"/cases/{case.id}", to=f"/cases/{case.id}/withdraw")
    assert (answer.status_code, answer.location) == (303, f"/cases/{case.id}")
    assert reread(case).status is CaseStatus.WITHDRAWN


def reread(case):
    """The row as it is in the database now."""
    db.session.rollback()
    return db.session.get_one(Case, case.id, populate_existing=True)


def test_a_double_click_on_withdraw_is_no_error(sign_in, aoi):
    case = factories.make_case(by=aoi)
    browser = sign_in(aoi)
    html = browser.get(f"/cases/{case.id}").text
    key = re.search(r'name="request_key"[^>]*value="([^"]+)"', html)[1]
    answers = [browser.send(f"/cases/{case.id}/withdraw", {"request_key": key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]


def test_aoi_contests_an_answer(sign_in, aoi, sato):
    case = closed(aoi, sato)
    sign_in(aoi).post_form(f"/cases/{case.id}", {"reason": "まだ続いています。"})
    assert reread(case).status is CaseStatus.ACCEPTED


def closed(aoi, sato):
    """A case of Aoi that has its answer."""
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    return factories.sort(case, by=sato, answer=factories.ANSWER)


def test_contesting_needs_a_reason(sign_in, aoi, sato):
    case = closed(aoi, sato)
    answer = sign_in(aoi).post_form(f"/cases/{case.id}", {"reason": "  "})
    assert answer.status_code == 422
    assert '<a href="#reason">' in answer.text
    assert "入力してください。" in answer.text
    assert reread(case).status is CaseStatus.CLOSED


def test_a_telephone_number_in_the_reason_is_marked_and_kept(sign_in, aoi, sato):
    case = closed(aoi, sato)
    typed = {"reason": "長女 090-1234-5678 から電話。"}
    answer = sign_in(aoi).post_form(f"/cases/{case.id}", typed)
    assert answer.status_code == 422
    assert ">090-1234-5678</mark>" in answer.text
    assert typed["reason"] in answer.text


STEPS_TOO_LATE = {
    "withdraw": (CaseStatus.ACCEPTED, {}),
    "contest": (CaseStatus.ACCEPTED, {"reason": "まだ続いています。"}),
}


@pytest.mark.parametrize("verb", STEPS_TOO_LATE)
def test_a_step_that_is_no_edge_is_refused_on_a_page_in_plain_words(sign_in, aoi, sato, verb):
    status, typed = STEPS_TOO_LATE[verb]
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    key = "0f8fad5b-d9cb-469f-a165-70867728950e"
    answer = sign_in(aoi).send(f"/cases/{case.id}/{verb}", {"request_key": key, **typed})
    assert answer.status_code == 409
    assert "この手続きは、いまは行えません" in answer.text
    assert "受付済み" in answer.text
    assert reread(case).status is status


def test_a_case_of_another_office_and_one_that_is_missing_look_the_same(sign_in, aoi, kato):
    case = factories.make_case(by=aoi)
    browser = sign_in(kato)
    for suffix in ("", "/edit"):
        foreign = browser.get(f"/cases/{case.id}{suffix}")
        missing = browser.get(f"/cases/999999{suffix}")
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert without_ids(foreign.text) == without_ids(missing.text)


def without_ids(html):
    """A page without what differs each time: error number, tokens, the address asked for."""
    return re.sub(r"[0-9a-f]{16}|/cases/[0-9]+|value=\"[^\"]{40,}\"", "", html)


def test_steps_on_a_foreign_and_a_missing_case_look_the_same(sign_in, aoi, kato):
    case = factories.make_case(by=aoi)
    browser = sign_in(kato)
    for verb in ("withdraw", "contest"):
        foreign = browser.send(f"/cases/{case.id}/{verb}")
        missing = browser.send(f"/cases/999999/{verb}")
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert without_ids(foreign.text) == without_ids(missing.text)


@pytest.mark.parametrize("login", ["sato", "mori"])
def test_who_may_read_a_case_but_not_file_is_offered_neither_step(login, request, page, aoi):
    html = page(request.getfixturevalue(login), factories.make_case(by=aoi))
    assert "/withdraw" not in html
    assert "/edit" not in html


def test_opening_a_case_is_noted(page, aoi, mori):
    case = factories.make_case(by=aoi)
    page(mori, case)
    traces.writer.flush()
    (seen,) = db.session.scalars(sa.select(AccessTrace).where(AccessTrace.subject == "cases"))
    assert (seen.person_id, seen.subject_id) == (mori.person_id, case.id)
