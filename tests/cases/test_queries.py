"""Lists of cases: whose they are, what of them is shown, how they are searched and paged."""

import pytest

from tests import factories
from tests.client import parsed
from tracker.cases import queries
from tracker.cases.models import Case, CaseStatus
from tracker.cases.queries import CaseFilter
from tracker.core import paging
from tracker.core.db import db

OFFICE_OF_AOI = ("あおばケアプラン室", "Aoba Care Plan Office")


def numbers(viewer, query="", status=None):
    """Numbers of the cases the viewer's list shows, newest first."""
    wanted = CaseFilter(status, query)
    rows = db.session.execute(queries.cases(viewer, wanted).order_by(Case.id.desc()))
    return [row.number for row in rows]


@pytest.fixture
def three_cases(aoi, kato, ono):
    """One of Aoi, east; one of Kato, west; one of Ono in the other town."""
    places = zip(("east", "west", "kawase"), (aoi, kato, ono), strict=True)
    return {place: factories.make_case(by=person).number for place, person in places}


SEEN = {
    ("aoi", "sato"): ["east"],
    ("kato", "nishi"): ["west"],
    ("mori", "hara", "yama"): ["west", "east"],
    ("ono", "tani", "kawai"): ["kawase"],
    ("iin", "ken", "kanri", "kansa"): [],
}


@pytest.mark.both
def test_everybody_lists_the_cases_that_are_theirs(three_cases):
    for logins, places in SEEN.items():
        for login in logins:
            listed = numbers(factories.person_called(login))
            assert (login, listed) == (login, [three_cases[place] for place in places])


@pytest.mark.both
def test_list_narrows_to_a_state(aoi, sato):
    factories.make_case(by=aoi)
    accepted = factories.accept(factories.make_case(by=aoi), by=sato)
    assert numbers(aoi, status=CaseStatus.ACCEPTED) == [accepted.number]


@pytest.mark.both
def test_counts_of_what_waits_are_the_viewers_own(aoi, kato, sato):
    factories.make_case(by=aoi)
    factories.make_case(by=kato)
    factories.accept(factories.make_case(by=aoi), by=sato)
    waiting = queries.waiting(sato)
    assert (waiting.submitted, waiting.accepted, waiting.closed) == (1, 1, 0)


# --- the office's name ---


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_offices_name_is_nowhere_on_the_pages_of_the_town(
    lang, sign_in, aoi, sato, mori, hara, yama
):
    case = factories.send_back(factories.make_case(by=aoi), by=sato)
    factories.withdraw(case, by=aoi)
    for person in (mori, hara, yama):
        browser = sign_in(person)
        for url in ("/cases/", f"/cases/{case.id}", "/"):
            html = browser.get(f"{url}?lang={lang}").text
            assert case.number in html or url == "/"
            assert not any(name in html for name in OFFICE_OF_AOI), (person.name, url)


def test_mori_reads_an_office_of_the_area_instead(sign_in, aoi, mori):
    case = factories.make_case(by=aoi)
    browser = sign_in(mori)
    for url in ("/cases/", f"/cases/{case.id}"):
        assert "東圏域の事業所" in browser.get(url).text


def test_the_office_itself_and_its_centre_read_the_name(sign_in, aoi, sato):
    case = factories.make_case(by=aoi)
    for browser in (sign_in(aoi), sign_in(sato)):
        for url in ("/cases/", f"/cases/{case.id}"):
            assert OFFICE_OF_AOI[0] in browser.get(url).text


def test_mori_cannot_find_out_by_searching_for_the_name(aoi, mori):
    factories.make_case(by=aoi)
    assert [numbers(mori, name) for name in OFFICE_OF_AOI] == [[], []]


# --- searching ---


@pytest.mark.both
def test_a_case_is_found_by_its_number_in_whole(aoi):
    factories.make_case(by=aoi)
    second = factories.make_case(by=aoi)
    for typed in ("R8-98201-0002", "r8-98201-0002", "Ｒ８－９８２０１－０００２"):
        assert (typed, numbers(aoi, typed)) == (typed, [second.number])


@pytest.mark.both
def test_a_case_is_found_by_its_number_as_it_is_said_in_town(aoi):
    factories.make_case(by=aoi)
    second = factories.make_case(by=aoi)
    for typed in ("R8-0002", "r8-2", "Ｒ８ー０００２", "　R8-0002　"):
        assert (typed, numbers(aoi, typed)) == (typed, [second.number])


@pytest.mark.both
def test_a_case_is_found_by_a_word_of_two_characters(aoi):
    factories.make_case(by=aoi)
    wanted = factories.make_case(by=aoi, summary="独居の方に届けた。")
    assert numbers(aoi, "独居") == [wanted.number]


@pytest.mark.both
def test_a_case_is_found_by_its_words_in_any_kana(aoi):
    factories.make_case(by=aoi)
    wanted = factories.make_case(by=aoi, summary="ケアマネが届けた。ＡＤＬは自立。")
    for typed in ("ケアマネ", "けあまね", "ｹｱﾏﾈ", "ケア マネ", "adl"):
        assert (typed, numbers(aoi, typed)) == (typed, [wanted.number])


@pytest.mark.both
def test_two_words_must_both_be_there(aoi):
    factories.make_case(by=aoi, summary="入院のときに荷物を届けた。")
    factories.make_case(by=aoi, summary="通院に付き添いました。")
    both = factories.make_case(by=aoi, summary="入院の日に付き添いました。")
    for typed in ("入院 付き添い", "付き添い　入院"):
        assert numbers(aoi, typed) == [both.number]


@pytest.mark.both
def test_what_would_have_helped_is_searched_too(aoi):
    case = factories.make_case(by=aoi, wanted="移動スーパー")
    assert numbers(aoi, "スーパー") == [case.number]


@pytest.mark.both
def test_percent_underscore_and_backslash_are_letters(aoi):
    factories.make_case(by=aoi, summary="電球の50個と書類axbを頼まれた。")
    for typed in ("50%", "a_b", "a\\b"):
        case = factories.make_case(by=aoi, summary=f"書類 {typed} を頼まれた。")
        assert (typed, numbers(aoi, typed)) == (typed, [case.number])


@pytest.mark.both
def test_signs_alone_find_nothing(aoi):
    factories.make_case(by=aoi)
    for typed in ("%", "_", "R_-0001", "%-0001", "__-1", "R8-%", "\\"):
        assert (typed, numbers(aoi, typed)) == (typed, [])


@pytest.mark.both
def test_odd_input_is_searched_like_any_other(aoi):
    factories.make_case(by=aoi)
    for typed in ("R8-99999999999999999999", "-", "R8-", "-1", "'--"):
        assert (typed, numbers(aoi, typed)) == (typed, [])


@pytest.mark.both
def test_a_search_nobody_can_type_breaks_nothing(sign_in, aoi):
    factories.make_case(by=aoi)
    browser = sign_in(aoi)
    for query in ("%00", "%ff", "%ED%A0%80", "a" * 3000):
        assert browser.get(f"/cases/?q={query}").status_code in {200, 422}


def test_a_filter_nobody_knows_is_refused_and_lists_nothing(sign_in, aoi):
    case = factories.make_case(by=aoi)
    browser = sign_in(aoi)
    for odd in ("status=nonsense", "awaited=perhaps", "q=" + "a" * 101):
        answer = browser.get(f"/cases/?{odd}")
        assert answer.status_code == 422, odd
        assert "error-summary" in answer.text
        assert case.number not in answer.text


def test_a_telephone_number_searched_for_is_hidden_in_the_search_box(sign_in, aoi):
    answer = sign_in(aoi).get("/cases/?q=090-1234-5678", follow_redirects=True)
    assert "5678" not in answer.request.url
    page = parsed(answer.text)
    (box,) = [field for field in page.iter("input") if field.get("id") == "q"]
    assert box.get("value") == "●●●"


def test_an_empty_result_says_so_and_leads_back(sign_in, aoi):
    factories.make_case(by=aoi)
    html = sign_in(aoi).get("/cases/?q=除雪").text
    assert "絞り込みに合う事例がありません。" in html


# --- paging ---


def walk(browser, url, rel, next_url):
    """Numbers on each page, following the links of this kind from the first page on."""
    pages = []
    while url:
        html = browser.get(url).text
        pages.append([line for line in html.split("<") if "R8-98201-" in line and "href" in line])
        url = next_url(html, rel)
    return pages


def link(html, rel):
    """Where the link of this kind leads; None when there is none."""
    return next((a.get("href") for a in parsed(html).iter("a") if a.get("rel") == rel), None)


@pytest.fixture
def long_list(aoi):
    """120 cases of Aoi."""
    factories.make_many(factories.make_case(by=aoi), 119)


@pytest.mark.both
def test_going_on_shows_every_case_once(long_list, sign_in, aoi):
    pages = walk(sign_in(aoi), "/cases/", "next", link)
    shown = [row for page in pages for row in page]
    assert ([len(page) for page in pages], len(set(shown))) == ([50, 50, 20], 120)


@pytest.mark.both
def test_going_back_shows_the_same_pages_again(long_list, sign_in, aoi):
    browser = sign_in(aoi)
    there = walk(browser, "/cases/", "next", link)
    last = "/cases/"
    while further := link(browser.get(last).text, "next"):
        last = further
    assert walk(browser, last, "prev", link) == there[::-1]


@pytest.mark.both
def test_the_first_page_has_no_way_back_and_the_last_no_way_on(long_list, sign_in, aoi):
    browser = sign_in(aoi)
    first = browser.get("/cases/").text
    last = browser.get(link(browser.get(link(first, "next")).text, "next")).text
    assert (link(first, "prev"), link(last, "next")) == (None, None)


def test_paging_keeps_what_the_list_is_narrowed_to(long_list, sign_in, aoi):
    html = sign_in(aoi).get("/cases/?q=買い物&status=submitted").text
    assert "status=submitted" in link(html, "next")
    assert "q=%E8%B2%B7" in link(html, "next")


def test_a_case_filed_meanwhile_moves_nothing(long_list, sign_in, aoi):
    browser = sign_in(aoi)
    onward = link(browser.get("/cases/").text, "next")
    before = walk(browser, onward, "none", link)
    factories.make_many(db.session.get_one(Case, 120), 1)
    assert walk(browser, onward, "none", link) == before


def test_a_short_list_is_counted(long_list, sign_in, aoi):
    assert "120件中 50件を表示" in sign_in(aoi).get("/cases/").text


def test_counting_stops_at_the_cap(long_list, sign_in, aoi, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 100)
    assert "100件以上のうち 50件を表示" in sign_in(aoi).get("/cases/").text


def test_a_key_that_is_none_shows_the_first_page(long_list, sign_in, aoi):
    browser = sign_in(aoi)
    for key in ("x", "-1", "9" * 30, "", "1.5"):
        assert "R8-98201-0120" in browser.get(f"/cases/?after={key}").text, key


@pytest.mark.both
def test_a_list_takes_few_statements_however_long(long_list, sign_in, aoi, statements):
    browser = sign_in(aoi)
    with statements() as seen:
        browser.get("/cases/")
    assert len([s for s in seen if s.lstrip().upper().startswith("SELECT")]) <= 5, seen
