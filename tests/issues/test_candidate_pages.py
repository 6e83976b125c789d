"""Candidates as people read them and decide on them: list, page, steps, looking now, dry run."""

from functools import partial

import pytest

from tests import factories
from tests.client import form_fields, parsed
from tests.house.crawl import MISSING
from tests.house.test_pages import assert_sound
from tests.issues.repeating import CITY, candidate, candidates, file, look, park, reject
from tracker.core.db import db
from tracker.core.paging import ranked_page_of
from tracker.issues import queries as issue_queries
from tracker.issues.candidates import queries
from tracker.issues.candidates.models import Candidate, CandidateState
from tracker.issues.models import RegionalIssue

READERS = ("sato", "mori", "yama")
PAGE = "/candidates/"


@pytest.fixture
def repeated(aoi, kato):
    """Three cases of two offices for Aoi's area, looked at: the candidate."""
    file(aoi, aoi, kato)
    look()
    return candidate()


# --- reading ---


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("login", READERS)
def test_list_and_page_are_sound_and_say_why(login, lang, request, sign_in, repeated):
    browser = sign_in(request.getfixturevalue(login))
    for url in (PAGE, f"{PAGE}{repeated.id}"):
        answer = browser.get(f"{url}?lang={lang}")
        assert_sound(answer.text, url, lang)
        said = "3 cases from 2 offices in 6 months" if lang == "en" else "6か月の間に2事業所から3件"
        assert said in answer.text.replace(" ", "" if lang == "ja" else " ")


@pytest.mark.parametrize("login", ["aoi", "kato", "ono", "iin", "ken", "kanri", "kansa"])
def test_others_may_not_open_them(login, request, sign_in, repeated):
    browser = sign_in(request.getfixturevalue(login))
    assert browser.get(PAGE).status_code == 403
    assert browser.get(f"{PAGE}{repeated.id}").status_code == 403


@pytest.mark.parametrize("login", ["nishi", "tani"])
def test_another_centre_and_another_town_find_nothing(login, request, sign_in, repeated):
    browser = sign_in(request.getfixturevalue(login))
    assert f"{PAGE}{repeated.id}" not in browser.get(PAGE).text
    for path in ("", "/accept"):
        assert browser.get(f"{PAGE}{repeated.id}{path}").status_code == 404
        assert browser.get(f"{PAGE}{MISSING}{path}").status_code == 404


def test_a_coordinator_reads_and_finds_no_step(sign_in, yama, repeated):
    browser = sign_in(yama)
    page = browser.get(f"{PAGE}{repeated.id}").text
    assert "/accept" not in page
    assert browser.send(f"{PAGE}{repeated.id}/reject").status_code == 403
    assert browser.send(f"{PAGE}look", {"town": CITY}).status_code == 403


def test_an_officer_reads_the_cases_without_the_name_of_the_office(sign_in, mori, sato, repeated):
    assert "あおばケアプラン室" not in sign_in(mori).get(f"{PAGE}{repeated.id}").text
    assert "あおばケアプラン室" in sign_in(sato).get(f"{PAGE}{repeated.id}").text


def test_the_source_is_named_with_its_place(sign_in, sato, repeated):
    page = sign_in(sato).get(f"{PAGE}{repeated.id}").text
    assert "第3回資料（令和6年6月24日）" in page


def test_one_office_alone_is_marked(sign_in, sato, aoi):
    file(aoi, aoi, times_handled=10)
    look()
    for url in (PAGE, f"{PAGE}{candidate().id}"):
        assert "All cases come from one office." in sign_in(sato).get(f"{url}?lang=en").text


def test_an_empty_list_says_so(sign_in, sato):
    assert "Nothing repeats at present" in sign_in(sato).get(f"{PAGE}?lang=en").text


# --- the list ---


@pytest.fixture
def many(aoi, kato, sato):
    """Four of Aoi's area: one urgent, one of two offices, one parked, one rejected."""
    file(aoi, act_type="FN01", gap="G1", urgency="E1")
    file(aoi, aoi, kato, act_type="HK01")
    file(aoi, act_type="EM01", gap="G1", urgency="E1")
    file(aoi, act_type="HK04", gap="G1", urgency="E1")
    look()
    by_type = {found.act_type_code: found for found in candidates()}
    park(by_type["EM01"], sato, days=9)
    reject(by_type["HK04"], sato)
    return {code: found.id for code, found in by_type.items()}


def shown(page, many):
    """The types of the candidates on a page, in its order."""
    places = {code: page.find(f'href="{PAGE}{key}"') for code, key in many.items()}
    return [code for code in sorted(places, key=places.get) if places[code] >= 0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["FN01", "HK01"]),
        ("?state=parked", ["EM01"]),
        ("?state=rejected", ["HK04"]),
        ("?state=faded", []),
    ],
)
def test_the_list_begins_with_the_weightiest_and_is_narrowed_by_state(
    query, expected, sign_in, sato, many
):
    assert shown(sign_in(sato).get(PAGE + query).text, many) == expected


@pytest.mark.parametrize("query", ["?state=nonsense", "?area=nonsense", "?area=999999"])
def test_a_filter_nobody_knows_is_refused_and_lists_nothing(query, sign_in, sato, many):
    answer = sign_in(sato).get(PAGE + query)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert shown(answer.text, many) == []


def test_the_list_is_narrowed_by_area(sign_in, mori, many, nishi, sato):
    browser = sign_in(mori)
    (west,), (east,) = ([*p.standings[0].area_ids] for p in (nishi, sato))
    assert shown(browser.get(f"{PAGE}?state=all&area={west}").text, many) == []
    assert len(shown(browser.get(f"{PAGE}?state=all&area={east}").text, many)) == 4


@pytest.mark.both
def test_pages_follow_each_other_in_order_without_a_gap(app, sato, many):
    def asked(query="", per_page=queries.PER_PAGE):
        every = queries.candidates(sato, queries.CandidateFilter(None))
        place = partial(queries.weight_of, sato)
        with app.test_request_context(f"{PAGE}{query}"):
            return ranked_page_of(every, Candidate.id, Candidate.weight, place, per_page=per_page)

    whole = [row.id for row in asked().rows]
    first = asked(per_page=3)
    second = asked(f"?after={first.last_key}", per_page=3)
    back = asked(f"?before={second.first_key}", per_page=3)
    assert [row.id for row in (*first.rows, *second.rows)] == whole
    assert [row.id for row in back.rows] == whole[:3]
    assert (first.first_key, second.last_key) == (None, None)


# --- steps ---


def test_sato_accepts_and_rewrites_the_first_wording(sign_in, sato, repeated):
    browser = sign_in(sato)
    url = f"{PAGE}{repeated.id}/accept"
    page = browser.get(url)
    assert_sound(page.text, url, "ja")
    ids = queries.case_ids(repeated.id)
    answer = browser.post_form(url, {"title": "買い物の足", "case_ids": ids}, to=url)
    assert answer.status_code == 303
    issue = db.session.get_one(RegionalIssue, int(answer.location.rpartition("/")[2]))
    assert issue.title == "買い物の足"
    assert issue_queries.case_ids(issue.id) == ids
    assert candidate().state is CandidateState.ACCEPTED


def test_a_refused_wording_stays_on_the_page(sign_in, sato, repeated):
    url = f"{PAGE}{repeated.id}/accept"
    fields = {"title": "", "statement": "移動販売がない。", "case_ids": []}
    answer = sign_in(sato).post_form(url, fields, to=url)
    assert answer.status_code == 422
    assert "移動販売がない。" in answer.text
    assert candidate().state is CandidateState.OPEN


def test_sato_parks_takes_it_back_and_rejects(sign_in, sato, repeated):
    browser, url = sign_in(sato), f"{PAGE}{repeated.id}"
    parked = browser.post_form(
        url, {"more_cases": "２", "reason": "様子を見る。"}, to=f"{url}/park"
    )
    assert (parked.status_code, candidate().wakes_after_cases) == (303, 2)
    assert browser.post_form(url, to=f"{url}/undo").status_code == 303
    assert candidate().state is CandidateState.OPEN
    fields = {"reason_rejected": "一時のことだった。"}
    assert browser.post_form(url, fields, to=f"{url}/reject").status_code == 303
    assert "一時のことだった。" in browser.get(url).text


def test_parking_without_anything_that_wakes_it_is_refused_with_what_was_typed(
    sign_in, sato, repeated
):
    url = f"{PAGE}{repeated.id}"
    answer = sign_in(sato).post_form(url, {"reason": "様子を見る。"}, to=f"{url}/park")
    assert answer.status_code == 422
    assert "様子を見る。" in answer.text


def test_a_decision_that_came_too_late_is_a_conflict(sign_in, sato, mori, repeated):
    reject(repeated, sato)
    browser, url = sign_in(mori), f"{PAGE}{repeated.id}"
    assert browser.get(f"{url}/accept").status_code == 409
    assert browser.send(f"{url}/park", {"reason": "x"}).status_code in {409, 422}
    assert candidate().state is CandidateState.REJECTED


def test_looking_now_proposes_and_says_so(sign_in, sato, aoi, kato):
    file(aoi, aoi, kato)
    browser = sign_in(sato)
    assert browser.post_form(f"{PAGE}?lang=en", to=f"{PAGE}look").status_code == 303
    assert "1 candidate was proposed" in browser.get(f"{PAGE}?lang=en").text
    assert candidate().case_count == 3


def test_nobody_has_another_town_looked_at(sign_in, tani):
    assert sign_in(tani).send(f"{PAGE}look", {"town": CITY}).status_code == 404


# --- beside an issue, and the dry run ---


def test_an_issue_says_what_has_come_since_and_offers_a_rule(sign_in, sato, aoi, clock):
    (case,) = file(aoi)
    issue = factories.make_issue(sato, case)
    clock.move(minutes=1)
    file(aoi, aoi)
    page = sign_in(sato).get(f"/issues/{issue.id}?lang=en").text
    assert "2 cases of this type and area have come" in page
    assert f"/candidates/rules/from/{issue.id}" in page


@pytest.mark.parametrize(("cases", "made"), [("3", 1), ("2", 2), ("4", 0)])
def test_mori_tries_numbers_before_they_are_kept(cases, made, sign_in, mori, aoi, kato):
    file(aoi, aoi, kato)
    file(aoi, kato, act_type="FN01")
    url = "/settings/values/rule"
    browser = sign_in(mori)
    form = next(
        form_fields(form)
        for form in parsed(browser.get(url).text).iter("form")
        if any(field.get("name") == "rule_cases" for field in form.iter())
    )
    answer = browser.post(f"{url}?lang=en", data={**form, "rule_cases": cases, "try": "1"})
    assert answer.status_code == 200
    plural = "candidate<" if made == 1 else "candidates<"
    assert f"would have made {made} {plural}" in answer.text
    assert "The numbers that hold now would have made 1." in answer.text
    assert 'name="rule_cases"' in answer.text
