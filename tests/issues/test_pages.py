"""The pages of issues: who opens them, what they show and hide, and every form on them."""

import re

import pytest

from tests import factories
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tracker.accounts.models import Organisation
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues import listing, queries, service
from tracker.issues.models import IssueStatus

S = IssueStatus
READERS = ("sato", "nishi", "mori", "hara", "yama", "tani")
OUTSIDE = ("aoi", "kato", "ono", "iin", "ken", "kanri", "kansa")


def addresses(issue):
    here = f"/issues/{issue.id}"
    return ["/matrix/", "/matrix/?family=HK&months=all", "/matrix/cases/?family=HK", "/issues/"] + [
        here,
        f"{here}/evidence",
    ]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("status", S)
def test_every_page_is_sound_in_every_state(issue, case, road, sign_in, mori, hara, status, lang):
    road.lead(issue, status)
    urls = [*addresses(issue), f"/issues/new?case_ids={case.id}", "/issues/new"]
    for person in (mori, hara):
        browser = sign_in(person)
        for url in urls:
            answer = browser.get(f"{url}{'&' if '?' in url else '?'}lang={lang}")
            assert answer.status_code == 200, url
            assert_sound(answer.text, url, lang)


@pytest.mark.parametrize("login", OUTSIDE)
def test_those_who_are_outside_the_chain_have_no_issue_pages(issue, case, sign_in, login, request):
    browser = sign_in(request.getfixturevalue(login))
    released = {"/matrix/", "/matrix/?family=HK&months=all"}  # to some, in figures for outsiders
    opened = [url for url in addresses(issue) if url not in released]
    opened += ["/issues/new", f"/issues/{issue.id}/edit"]
    assert {browser.get(url).status_code for url in opened} == {403}
    posts = ["confirm", "park", "close", "undo", f"cases/{case.id}/detach"]
    sent = [f"/issues/{issue.id}/{post}" for post in posts] + ["/issues/new", "/issues/add-cases"]
    assert {browser.send(url).status_code for url in sent} == {403}


@pytest.mark.parametrize("login", ["nishi", "tani"])
def test_a_stranger_cannot_learn_that_an_issue_exists(issue, case, sign_in, login, request):
    browser = sign_in(request.getfixturevalue(login))
    for page in ("", "/evidence", "/edit"):
        assert browser.get(f"/issues/{issue.id}{page}").status_code == 404
    for post in ("confirm", "park", "undo", "close/second", f"cases/{case.id}/detach"):
        assert browser.send(f"/issues/{issue.id}/{post}").status_code == 404
    assert issue.number not in browser.get("/issues/").text


def test_a_coordinator_reads_but_changes_nothing(issue, sign_in, yama):
    browser = sign_in(yama)
    page = browser.get(f"/issues/{issue.id}")
    assert page.status_code == 200
    assert f'action="/issues/{issue.id}' not in page.text
    assert browser.send(f"/issues/{issue.id}/confirm").status_code == 403


@pytest.mark.parametrize("login", ["mori", "yama"])
def test_no_office_is_named_to_the_town(issue, sign_in, login, request):
    browser = sign_in(request.getfixturevalue(login))
    offices = db.session.query(Organisation).filter_by(kind="agency")
    names = {name for office in offices for name in (office.name_ja, office.name_en)}
    for url in [*addresses(issue), "/matrix/cases/?months=all"]:
        for lang in ("ja", "en"):
            text = browser.get(f"{url}{'&' if '?' in url else '?'}lang={lang}").text
            assert not [name for name in names if name in text], url


def test_the_centre_reads_the_name_of_the_office(issue, sign_in, sato):
    assert "あおばケアプラン室" in sign_in(sato).get(f"/issues/{issue.id}").text


def test_cases_of_areas_that_are_not_yours_are_counted_but_not_shown(
    case, kato, mori, sign_in, sato
):
    west = factories.make_case(by=kato)
    issue = factories.make_issue(mori, case, west, area_id=None)
    page = sign_in(sato).get(f"/issues/{issue.id}?lang=en").text
    assert (case.number in page, west.number in page) == (True, False)
    assert "1 case is of an area that is not yours" in page


# --- from the matrix to an issue ---


def test_ticked_cases_become_a_confirmed_issue(case, aoi, sign_in, sato):
    second = factories.make_case(by=aoi)
    browser = sign_in(sato)
    url = "/matrix/cases/?family=HK"
    ticked = {"begin": "1", "case_ids": [case.id, second.id]}
    page = browser.send("/issues/new", {**form_of(browser.get(url), "/issues/new"), **ticked})
    assert page.status_code == 200
    fields = form_of(page, "/issues/new")
    assert (fields["act_type"], fields["area_id"]) == ("HK03", str(case.area_id))
    assert fields["title"].startswith("東圏域：")
    typed = {**fields, "case_ids": ticked["case_ids"], "confirm_now": "y"}
    answer = browser.post("/issues/new", data=typed)
    issue = db.session.get_one(queries.RegionalIssue, 1)
    assert (answer.status_code, answer.location) == (303, f"/issues/{issue.id}")
    assert (issue.status, queries.case_ids(issue.id)) == (S.CONFIRMED, [case.id, second.id])
    again = browser.post("/issues/new", data=typed)
    assert again.location == answer.location
    assert db.session.query(queries.RegionalIssue).count() == 1


def form_of(page, action):
    """What the form with this address holds."""
    forms = [form for form in parsed(page.text).iter("form") if form.get("action") == action]
    return form_fields(forms[0])


@pytest.mark.parametrize("method", ["get", "post"])
def test_more_cases_than_one_act_takes_are_refused_and_none_is_left_out(
    case, sign_in, mori, method
):
    ticked = {"begin": "1", "case_ids": [str(number) for number in range(1, 502)]}
    browser = sign_in(mori)
    if method == "get":
        answer = browser.get("/issues/new", query_string=ticked)
    else:
        answer = browser.send("/issues/new", ticked)
    assert answer.status_code == 422
    assert "一度に選べる事例は500件までです。" in answer.text


def test_without_a_tick_the_page_says_what_to_do(issue, sign_in, mori):
    answer = sign_in(mori).send("/issues/new", {"begin": "1"})
    assert answer.status_code == 422
    assert_sound(answer.text, "/issues/new without a tick", "ja")


def test_what_was_typed_stays_when_the_issue_is_refused(case, sign_in, mori):
    browser = sign_in(mori)
    fields = form_of(browser.get(f"/issues/new?case_ids={case.id}"), "/issues/new")
    answer = browser.post(
        "/issues/new", data={**fields, "case_ids": case.id, "title": "", "statement": "米が重い。"}
    )
    assert answer.status_code == 422
    assert "米が重い。" in answer.text
    assert re.search(rf'value="{case.id}"[^>]* checked', answer.text)
    assert_sound(answer.text, "refused issue", "ja")


def test_a_telephone_number_in_the_statement_is_asked_about(case, sign_in, mori):
    browser = sign_in(mori)
    fields = form_of(browser.get(f"/issues/new?case_ids={case.id}"), "/issues/new")
    typed = {**fields, "case_ids": case.id, "statement": "電話は 090-1234-5678 です。"}
    answer = browser.post("/issues/new", data=typed)
    assert answer.status_code == 422
    assert "mask_details" in answer.text
    masked = browser.post("/issues/new", data={**typed, "mask_details": "1"})
    assert masked.status_code == 303
    assert "5678" not in db.session.get_one(queries.RegionalIssue, 1).statement


def test_ticked_cases_are_added_to_an_issue(issue, case, aoi, sign_in, sato):
    second = factories.make_case(by=aoi)
    browser = sign_in(sato)
    fields = form_of(browser.get("/matrix/cases/?family=HK"), "/issues/new")
    typed = {**fields, "issue_id": issue.id, "case_ids": [case.id, second.id]}
    answer = browser.post("/issues/add-cases?family=HK", data=typed)
    assert (answer.status_code, answer.location) == (303, f"/issues/{issue.id}")
    assert queries.case_ids(issue.id) == [case.id, second.id]


@pytest.mark.parametrize("ids", [[], ["x"], ["99999999999999"]])
def test_adding_nothing_shows_the_list_again(issue, sign_in, sato, ids):
    browser = sign_in(sato)
    fields = form_of(browser.get("/matrix/cases/?family=HK"), "/issues/new")
    typed = {**fields, "issue_id": issue.id, "case_ids": ids}
    answer = browser.post("/issues/add-cases?family=HK", data=typed)
    assert answer.status_code == 422
    assert_sound(answer.text, "refused adding", "ja")


def test_another_towns_issue_is_no_choice(issue, sign_in, tani, ono):
    theirs = factories.make_case(by=ono)
    browser = sign_in(tani)
    mine = factories.make_issue(tani, theirs)
    fields = form_of(browser.get("/matrix/cases/"), "/issues/new")
    typed = {**fields, "issue_id": issue.id, "case_ids": [theirs.id]}
    assert browser.post("/issues/add-cases", data=typed).status_code == 422
    assert queries.case_ids(mine.id) == [theirs.id]


# --- steps ---


def test_the_life_of_an_issue_by_hand(issue, sign_in, sato, mori, hara):
    url = f"/issues/{issue.id}"
    sign_in(sato).post_form(url, {"severity": "2"}, to=f"{url}/confirm")
    assert issue.status is S.CONFIRMED
    typed = {"closed_as": "awareness", "sentence": "案内を配りました。"}
    assert sign_in(mori).post_form(url, typed, to=f"{url}/close").status_code == 303
    assert f"{url}/close/second" not in sign_in(mori).get(url).text
    assert sign_in(hara).post_form(url, to=f"{url}/close/second").status_code == 303
    assert issue.status is S.CLOSED
    assert sign_in(hara).post_form(url, to=f"{url}/undo").status_code == 303
    refusal = {"reason_refused": "まだ続いています。"}
    sign_in(hara).post_form(url, refusal, to=f"{url}/close/refuse")
    assert (issue.status, issue.close_proposed_as) == (S.CONFIRMED, None)


@pytest.mark.parametrize(
    ("verb", "typed", "after"),
    [
        ("park", {"until": "令和9年1月15日", "reason": "予算を待つ。"}, S.PARKED),
        ("park", {"wakes_at_cases": "５", "reason": "件数を待つ。"}, S.PARKED),
        ("decline", {"reason_declined": "配達があります。"}, S.DECLINED),
    ],
)
def test_a_candidate_is_parked_or_declined_by_hand(issue, sign_in, mori, verb, typed, after):
    url = f"/issues/{issue.id}"
    assert sign_in(mori).post_form(url, typed, to=f"{url}/{verb}").status_code == 303
    assert issue.status is after
    assert sign_in(mori).get(url).status_code == 200


@pytest.mark.parametrize(
    ("status", "verb", "field"),
    [(S.PARKED, "wake", "reason_woken"), (S.FORWARDED, "answer-from-above", "answer")],
)
def test_what_waits_is_taken_up_by_hand(issue, road, sign_in, mori, status, verb, field):
    road.lead(issue, status)
    url = f"/issues/{issue.id}"
    browser = sign_in(mori)
    refused = browser.post_form(url, {field: ""}, to=f"{url}/{verb}")
    assert refused.status_code == 422
    assert_sound(refused.text, verb, "ja")
    assert browser.post_form(url, {field: "続けます。"}, to=f"{url}/{verb}").status_code == 303
    assert issue.status is S.CONFIRMED


@pytest.mark.parametrize(
    ("verb", "typed"),
    [
        ("park", {"reason": "待つ。"}),
        ("park", {"until": "昨日", "reason": "待つ。"}),
        ("park", {"until": "令和8年11月24日", "reason": "待つ。"}),
        ("decline", {"reason_declined": ""}),
    ],
)
def test_a_refused_step_shows_the_page_again(issue, sign_in, mori, verb, typed):
    url = f"/issues/{issue.id}"
    answer = sign_in(mori).post_form(url, typed, to=f"{url}/{verb}")
    assert (answer.status_code, issue.status) == (422, S.CANDIDATE)
    assert_sound(answer.text, f"{verb} refused", "ja")


def test_proof_without_a_resource_is_refused_beside_its_field(issue, road, sign_in, mori):
    road.lead(issue, S.CONFIRMED)
    url = f"/issues/{issue.id}"
    typed = {"closed_as": "verified", "sentence": "減りました。"}
    answer = sign_in(mori).post_form(url, typed, to=f"{url}/close")
    assert answer.status_code == 422
    assert_sound(answer.text, "close refused", "ja")


def test_a_step_that_does_not_follow_is_a_conflict(issue, road, sign_in, mori):
    road.lead(issue, S.WATCHING)
    browser = sign_in(mori)
    sent = {"request_key": "6c1f7b6e-8f4e-4a6e-9d0a-2f5a4d1c9b11", "severity": "1"}
    assert browser.send(f"/issues/{issue.id}/confirm", sent).status_code == 409


def test_a_case_is_taken_out_by_hand_and_once(issue, case, sign_in, sato):
    url = f"/issues/{issue.id}"
    browser = sign_in(sato)
    form = f"{url}/cases/{case.id}/detach"
    fields = form_of(browser.get(url), form)
    for _ in range(2):
        assert browser.post(form, data=fields).status_code == 303
    assert queries.case_ids(issue.id) == []
    assert browser.get(url).status_code == 200
    assert browser.get(f"{url}/evidence").status_code == 200


# --- writing ---


def test_two_people_writing_see_both_texts(issue, sign_in, sato, mori):
    url = f"/issues/{issue.id}/edit"
    first, second = sign_in(sato), sign_in(mori)
    mine = form_fields(
        next(f for f in parsed(second.get(url).text).iter("form") if not f.get("action"))
    )
    assert first.post_form(url, {"statement": "佐藤の文。"}).status_code == 303
    answer = second.post(url, data={**mine, "statement": "森の文。"})
    assert answer.status_code == 409
    assert "佐藤の文。" in answer.text
    assert "森の文。" in answer.text
    assert_sound(answer.text, url, "ja")
    again = form_of(answer, None)
    assert second.post(url, data=again).status_code == 303
    assert issue.statement == "森の文。"


def test_writing_keeps_the_area_and_type_and_shows_earlier_versions(issue, sign_in, mori):
    url = f"/issues/{issue.id}"
    area = issue.area_id
    assert (
        sign_in(mori).post_form(f"{url}/edit", {"title": "買い物\nに行けない"}).status_code == 303
    )
    assert (issue.title, issue.area_id, issue.act_type_code) == ("買い物 に行けない", area, "HK03")
    compared = sign_in(mori).get(f"{url}/versions").text
    assert "<del" in compared
    assert "<ins" in compared


def test_what_is_over_is_not_rewritten(issue, road, sign_in, sato):
    road.lead(issue, S.DECLINED)
    assert sign_in(sato).get(f"/issues/{issue.id}/edit").status_code == 409


# --- lists and figures ---


def test_the_list_is_narrowed_by_state(issue, case, road, sign_in, mori):
    parked = factories.make_issue(mori, case, area_id=None)
    road.lead(parked, S.PARKED)
    text = sign_in(mori).get("/issues/?status=parked&lang=en").text
    assert (f"Issue {parked.number}" in text, f"Issue {issue.number}" in text) == (True, False)


def test_the_list_counts_cases_and_distinct_offices(case, aoi, kato, mori, sign_in):
    factories.make_issue(mori, case, factories.make_case(by=aoi), area_id=None)
    row = db.session.execute(listing.issues(mori, listing.IssueFilter())).one()
    assert (row.cases, row.offices) == (2, 1)


@pytest.mark.parametrize("url", ["/issues/", "/matrix/", "/matrix/cases/", "ISSUE"])
def test_a_page_costs_the_same_for_one_row_and_twenty(
    issue, aoi, sato, mori, sign_in, statements, url
):
    url = url.replace("ISSUE", f"/issues/{issue.id}")
    browser = sign_in(mori)
    browser.get(url)
    with statements() as one:
        browser.get(url)
    for _ in range(19):
        case = factories.make_case(by=aoi)
        service.attach(issue, [case.id], by=sato, at=the_clock.now())
        factories.make_issue(sato, case)
    with statements() as twenty:
        browser.get(url)
    assert len(one) == len(twenty) <= 13, one


def test_the_evidence_sheet_says_why_the_mean_misleads(issue, aoi, kato, mori, sign_in):
    service.attach(issue, [factories.make_case(by=kato).id], by=mori, at=the_clock.now())
    db.session.commit()
    text = sign_in(mori).get(f"/issues/{issue.id}/evidence?lang=en").text
    assert "It misleads" in text
    assert "carries 50 % of all minutes" in text
    assert "up to 2" in text


def test_the_matrix_page_shows_cells_that_lead_to_their_cases(case, aoi, mori, sign_in):
    (east,) = aoi.area_ids(Role.AGENCY)
    browser = sign_in(mori)
    page = parsed(browser.get("/matrix/?lang=en").text)
    links = [a.get("href") for a in page.iter("a") if "matrix/cases" in (a.get("href") or "")]
    assert f"/matrix/cases/?area={east}&family=HK&months=12" in links
    for link in set(links):
        assert case.number in browser.get(link).text


def test_a_filter_nobody_knows_is_refused_and_lists_nothing(issue, sign_in, mori):
    browser = sign_in(mori)
    for odd in ("status=x", "area=999999", "type=nonsense", "band=Z", "level=x", "order=x"):
        answer = browser.get(f"/issues/?{odd}")
        assert answer.status_code == 422, odd
        assert "error-summary" in answer.text
        assert issue.title not in answer.text
