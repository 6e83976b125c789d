"""The search page: what a person sees, what leaves the address, and what never breaks it."""

import logging

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import parsed
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.text import fold

MY_NUMBER = "123456789018"


def seen(answer):
    """The words of a page, without its blanks."""
    return "".join("".join(parsed(answer.text).itertext()).split())


def marked(answer):
    """What is marked as found."""
    return [mark.text for mark in parsed(answer.text).iter("mark")]


def test_aoi_sees_her_case_with_the_words_marked_as_she_wrote_them(sign_in, aoi):
    case = factories.make_case(by=aoi, summary="毎週のゴミ出しを<b>頼まれた</b>。", wanted="")
    answer = sign_in(aoi).get("/search?q=ごみ")
    assert answer.status_code == 200
    assert case.number in seen(answer)
    assert marked(answer) == ["ゴミ"]
    assert "<b>" not in answer.text
    assert "&lt;b&gt;" in answer.text
    assert f'href="/cases/{case.id}"' in answer.text


def test_nothing_typed_says_how_to_search(sign_in, aoi):
    answer = sign_in(aoi).get("/search")
    assert answer.status_code == 200
    assert "R8-0042" in seen(answer)


def test_nothing_found_gives_advice(sign_in, aoi):
    answer = sign_in(aoi).get("/search?q=猟銃&kind=case")
    assert "見つかりませんでした" in seen(answer)
    assert 'href="/search?q=%E7%8C%9F%E9%8A%83"' in answer.text


def test_the_other_words_that_were_looked_for_are_named(sign_in, aoi):
    assert "受診" in seen(sign_in(aoi).get("/search?q=通院"))


def test_more_than_five_of_a_kind_are_behind_a_link_that_keeps_the_question(sign_in, aoi):
    case = factories.make_case(by=aoi, summary="ごみ出し", wanted="")
    factories.make_many(case, 40)
    browser = sign_in(aoi)
    first = browser.get("/search?q=ごみ")
    assert len(marked(first)) == 5
    assert "/search?kind=case&amp;q=%E3%81%94%E3%81%BF" in first.text
    whole = browser.get("/search?kind=case&q=ごみ")
    assert len(marked(whole)) == 30
    further = next(a.get("href") for a in parsed(whole.text).iter("a") if a.get("rel") == "next")
    assert len(marked(browser.get(further))) == 11


@pytest.mark.parametrize("login", ["ken", "kanri", "kansa"])
def test_who_reads_none_of_it_has_no_search(request, sign_in, login):
    browser = sign_in(request.getfixturevalue(login))
    assert browser.get("/search?q=ごみ").status_code == 403
    assert 'role="search"' not in browser.get("/").text


def test_the_field_stands_in_the_frame_and_costs_no_statement(sign_in, statements, aoi, ken):
    costs = {}
    for person, has_field in ((aoi, True), (ken, False)):
        browser = sign_in(person)
        browser.get("/notices/")
        with statements() as costs[person.name]:
            page = browser.get("/notices/").text
        assert ('action="/search"' in page) is has_field
    assert len({len(seen) for seen in costs.values()}) == 1, costs


@pytest.mark.parametrize("login", ["aoi", "sato", "mori", "iin"])
def test_a_search_costs_the_same_with_one_row_and_with_twenty(
    request, sign_in, statements, login, aoi, sato
):
    case = factories.make_case(by=aoi, summary="ごみ出し", wanted="")
    factories.make_resource(sato, content="ごみ出し")
    browser = sign_in(request.getfixturevalue(login))
    browser.get("/search?q=ごみ")
    with statements() as for_one:
        browser.get("/search?q=ごみ")
    factories.make_many(case, 20)
    with statements() as for_many:
        browser.get("/search?q=ごみ")
    assert len(for_one) == len(for_many)
    assert len(for_one) <= 14, for_one


def test_numbers_that_may_not_be_stored_leave_the_address_and_are_not_looked_for(sign_in, mori):
    browser = sign_in(mori)
    answer = browser.get(f"/search?q=マイナンバー{MY_NUMBER}&kind=case")
    assert answer.status_code == 303
    assert MY_NUMBER not in answer.location
    shown = browser.get(answer.location)
    assert shown.status_code == 422
    assert MY_NUMBER not in shown.text
    assert "●" in shown.text


HOSTILE = [
    "あ" * 30_000,
    "%",
    "_",
    "%%__",
    "'",
    '"',
    '"" OR ""',
    "\\",
    "/",
    "a* NOT b",
    "NEAR(ごみ 出し)",
    "case_words:ごみ",
    "^ごみ",
    "ごみ -出し",
    ") OR (1=1",
    "'; drop table cases; --",
    "ご\x00み",
    "\u202eみご",
    "\u200f",
    "ご\u200bみ",
    "\ud800",
    "𠮷" * 50,
    "R8-",
    "R8-99999-999999",
    "Z99-1",
    " ".join("あいうえおかきくけこ"),
    "\ufffe",
    "🙂‍↔️",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("login", ["aoi", "mori"])
def test_nothing_that_can_be_typed_breaks_the_page(request, sign_in, aoi, login, typed):
    factories.make_case(by=aoi, summary="ごみ出し", wanted="")
    browser = sign_in(request.getfixturevalue(login))
    query = {"q": typed.encode("utf-8", "surrogatepass")}
    answer = browser.get("/search", query_string=query, follow_redirects=True)
    assert answer.status_code in {200, 422}
    assert db.session.scalar(sa.text("select count(*) from cases")) == 1


@pytest.mark.both
@pytest.mark.parametrize("typed", ["%", "_", "'", "a* NOT b", '""', "\\", "R8-", "𠮷"])
def test_signs_with_a_meaning_for_a_database_are_only_signs(sign_in, mori, aoi, typed):
    case = factories.make_case(by=aoi, summary=f"印は{typed}だけ", wanted="")
    assert fold(typed) in case.search_text or typed == '""'
    answer = sign_in(mori).get("/search", query_string={"q": typed, "kind": "case"})
    assert answer.status_code == 200
    if typed in {"%", "_", "'", "\\", "𠮷"}:
        assert case.number in seen(answer)


@pytest.mark.parametrize("query", ["after=x", "q="])
def test_what_is_no_filter_narrows_nothing(sign_in, aoi, query):
    case = factories.make_case(by=aoi, summary="ごみ出し", wanted="")
    assert case.number in seen(sign_in(aoi).get(f"/search?{query}&q=ごみ".replace("q=&", "")))


@pytest.mark.parametrize("query", ["kind=x", "area=999999", "area=y", "year=z", "year=-1"])
def test_a_filter_nobody_knows_is_refused_and_finds_nothing(sign_in, aoi, query):
    case = factories.make_case(by=aoi, summary="ごみ出し", wanted="")
    answer = sign_in(aoi).get(f"/search?{query}&q=ごみ")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert case.number not in seen(answer)


def test_a_search_writes_nothing_and_no_log_line_holds_its_words(sign_in, aoi, caplog):
    browser = sign_in(aoi)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    with caplog.at_level(logging.DEBUG):
        browser.get("/search?q=猟銃の保管")
    after = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    assert before == after
    lines = [str(record.__dict__) for record in caplog.records if record.name != "werkzeug"]
    assert not [line for line in lines if "猟銃" in line]


def test_aoi_finds_by_her_own_reference_and_it_stands_nowhere_on_the_page(sign_in, aoi):
    case = factories.make_case(by=aoi, office_ref="A-017")
    answer = sign_in(aoi).post_form("/search", {"reference": "A-017"})
    assert answer.status_code == 200
    assert case.number in seen(answer)
    assert "A-017" not in answer.text
    assert answer.request.path == "/search/own-reference"


def test_a_reference_nobody_was_given_says_so(sign_in, aoi):
    answer = sign_in(aoi).send("/search/own-reference", {"reference": "B-1"})
    assert answer.status_code == 200
    assert "見つかりません" in seen(answer)


def test_an_empty_reference_is_asked_for(sign_in, aoi):
    assert sign_in(aoi).send("/search/own-reference", {"reference": " "}).status_code == 422


def test_only_offices_are_asked_for_a_reference(sign_in, mori, aoi):
    assert 'name="reference"' not in sign_in(mori).get("/search").text
    assert 'name="reference"' in sign_in(aoi).get("/search").text
    assert sign_in(mori).send("/search/own-reference", {"reference": "A"}).status_code == 403
