"""No list counts what its reader may not see: half a word of somebody else's row is answered like
nonsense, a filter by a foreign row like one by none, and a stranger's pages stay as they were."""

from itertools import product

import pytest

from tests import factories, views
from tests.client import parsed
from tests.house import crawl, walking
from tests.house.test_walk import may_read

# Of the other town, of another office, from outside; nothing of theirs is hidden from them.
OUTSIDERS = ("ono", "kato", "iin", "ken")
STRANGERS = ("ono", "tani", "ken")  # whose town is not the one that is filled; its prefecture
# What a prefecture may count as it is today: regional issues and resources, never cases.
COUNTED_TODAY = {"ken": {"/"}}
NONSENSE, MISSING = "QZZ", 999_999
TABLES = {crawl.CSV, "application/json"}  # downloads a word can be sought in
# What lists are narrowed by that has an owner, whether this reader's form offers it or not.
NARROWED_BY = ("area", "office", "town", "person", "issue")
BESIDE = ("/cases/new/beside", "/cases/new/alike")  # what answers while one types
OWNED = ("areas", "organisations", "people", "cases", "issues", "meeting_series")


@pytest.fixture
def ground(app, chain, aoi, sato, mori, clock):
    examples = crawl.fill_town(aoi, sato, mori)
    clock.move(minutes=20)
    return walking.plant(), examples


def _halves(person, ground):
    """Halves of words nobody but others may read, one for each place; and whole ones."""
    words = [word for word, planted in ground.words.items() if not may_read(person, planted)]
    return sorted({word[: walking.HALF] for word in words}), words[:: len(words) // 5 or 1]


def _lists(app, person, browser, examples):
    """Address → its fields for words, and address → its fields that are chosen from a list, with
    what is offered: of every form that is shown to this person."""
    words, chosen = {}, {}
    for page in crawl.pages(app, examples):
        if page.rows or not page.is_whole or not page.permission or not person.may(page.permission):
            continue
        for form in parsed(browser.get(page.url).text).iter("form"):
            if form.get("method", "get").lower() != "get":
                continue
            to = (form.get("action") or page.url).partition("?")[0]
            for field in form.iter():
                if field.tag == "input" and field.get("type", "text") in {"text", "search"}:
                    words.setdefault(to, {})[field.get("name")] = set()
                elif field.tag == "select":
                    offered = {option.get("value") for option in field.iter("option")}
                    chosen.setdefault(to, {}).setdefault(field.get("name"), set()).update(offered)
    return words, chosen


def _files(app, person, lists):
    """The tables to be kept that lie beside these lists, asked with the same fields."""
    found = {}
    for rule in crawl.rules(app, "GET"):
        view = app.view_functions[rule.endpoint]
        if crawl.DOWNLOADS.get(rule.endpoint) in TABLES and not rule.arguments:
            beside = rule.rule.rpartition("/")[0] + "/"
            if person.may(view.permission) and beside in lists:
                found[rule.rule] = lists[beside]
    return found


def _differs(browser, url, name, asked):
    """Of these values after the first, those that are answered otherwise than the first."""
    nothing, *answers = (
        walking.said(browser.get(url, query_string={name: value}), *_repeated(name, value))
        for value in asked
    )
    return [value for value, answer in zip(asked[1:], answers, strict=True) if answer != nothing]


def _repeated(name, value):
    """How a page repeats what it was asked for."""
    return (
        (value,)
        if isinstance(value, str)
        else (f"{name}={value}", f'name="{name}" value="{value}"')
    )


def test_half_a_word_of_others_is_answered_like_nonsense(request, app, ground, sign_in):
    planted, examples = ground
    told, asked = [], set()
    for login in OUTSIDERS:
        person = request.getfixturevalue(login)
        browser = sign_in(person)
        halves, whole = _halves(person, planted)
        words, _chosen = _lists(app, person, browser, examples)
        for url, names in {**words, **_files(app, person, words)}.items():
            for name in names:
                asked.add(url)
                if _differs(browser, url, name, [NONSENSE, *halves, *whole]):
                    told.append((login, url, name))
    assert not told, f"these differ by what the person may not read: {told}"
    assert len(asked) >= 5, asked


def test_half_a_word_of_the_own_town_is_found_where_words_are_sought(app, ground, sign_in, mori):
    """Otherwise nonsense would be all that was asked above."""
    planted, _examples = ground
    own = {word[: walking.HALF] for word, one in planted.words.items() if may_read(mori, one)}
    browser = sign_in(mori)
    found = {url for url in ("/cases/", "/search") if _differs(browser, url, "q", [NONSENSE, *own])}
    assert found == {"/cases/", "/search"}


def test_a_filter_by_a_row_of_others_is_answered_like_one_by_none(request, app, ground, sign_in):
    planted, examples = ground
    told, asked = [], 0
    for login in ("ono", "kato"):
        person = request.getfixturevalue(login)
        browser = sign_in(person)
        _words, chosen = _lists(app, person, browser, examples)
        foreign = _foreign(person, planted)
        lists = {**chosen, **_files(app, person, chosen)}
        for url, name in product(sorted(lists), NARROWED_BY):
            asked += 1
            others = [key for key in foreign if str(key) not in lists[url].get(name, ())]
            if _differs(browser, url, name, [MISSING, *others]):
                told.append((login, url, name))
    assert not told, f"these filters tell which rows there are: {told}"
    assert asked > 40, asked


def _foreign(person, ground):
    """Numbers of rows beyond the person's towns, of each table that lists are narrowed by."""
    known = person.municipality_ids() | person.town_ids()
    found = {town for town in (98201, 98321) if town not in known}
    for table in OWNED:
        keys = [key for key in ground.rows[table] if ground.place(table, key).town not in known]
        found |= {*keys[-1:]}
    own = person.organisation_ids() | person.area_ids() | person.town_ids() | {person.person_id}
    return sorted(found - own)


@pytest.mark.parametrize("login", ["ono", "kato"])
def test_what_is_like_a_case_of_others_is_not_hinted_at(request, app, sign_in, aoi, sato, login):
    browser = sign_in(request.getfixturevalue(login))
    typed = {"summary": "雪かきを頼める人がいない。", "wanted": "雪かき", "act_type": "HK03"}
    before = [walking.said(browser.send(url, typed)) for url in BESIDE]
    factories.accept(factories.make_case(by=aoi, **typed), by=sato)
    assert [walking.said(browser.send(url, typed)) for url in BESIDE] == before
    own = sign_in(aoi)
    assert any(walking.said(own.send(url, typed)) not in before for url in BESIDE)


def test_a_strangers_pages_stay_as_they_were_while_another_town_is_filled(
    request, app, sign_in, aoi, sato, mori
):
    """Totals, pages of lists, figures on them: nothing counts what was filed elsewhere."""
    people = {login: request.getfixturevalue(login) for login in STRANGERS}
    pages = [page for page in crawl.any_pages(app) if page.permission and not page.rows]
    browsers = {login: sign_in(person) for login, person in people.items()}
    views.release_last_year()  # what everybody may read
    before = {login: _seen(person, browsers[login], pages) for login, person in people.items()}
    crawl.fill_town(aoi, sato, mori)
    for login, person in people.items():
        after = _seen(person, browsers[login], pages)
        changed = [url for url in after if after[url] != before[login][url]]
        changed = set(changed) - COUNTED_TODAY.get(login, set())
        assert not changed, f"{login} can tell from these that something happened: {changed}"


def _seen(person, browser, pages):
    """Address → what it says, of all that this person may open but papers."""
    papers = {crawl.PDF, crawl.WORD, crawl.EXCEL}
    return {
        page.url: walking.said(browser.get(page.url))
        for page in pages
        if person.may(page.permission) and crawl.DOWNLOADS.get(page.endpoint) not in papers
    }
