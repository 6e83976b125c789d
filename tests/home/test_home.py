"""The first page of each role: what to do now, counted."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import parsed
from tests.issues import repeating
from tracker.accounts.models import Membership
from tracker.cases.models import Disposition
from tracker.core import clock as the_clock
from tracker.core.db import db

MOST_STATEMENTS = 14


def tiles(html):
    """Where each tile leads, and its count."""
    boxes = [e for e in parsed(html).iter("div") if re.match(r"tile\b", e.get("class") or "")]
    return [
        (box.find("a").get("href"), int(span.text))
        for box in boxes
        for span in box.iter("span")
        if span.get("class") == "tile-count"
    ]


@pytest.fixture
def home(sign_in):
    """The first page as this person reads it."""
    return lambda person: sign_in(person).get("/").text


@pytest.fixture
def busy(aoi, sato, clock):
    """Aoi's office has one case of each kind; Sato's notices have gone out."""
    new, returned, accepted, sorted_, waits, closed, withdrawn = (
        factories.make_case(by=aoi) for _ in range(7)
    )
    factories.withdraw(withdrawn, by=aoi)
    factories.send_back(returned, by=sato)
    for case in (accepted, sorted_, waits, closed):
        factories.accept(case, by=sato)
    factories.sort(sorted_, by=sato)
    factories.sort(waits, sato, Disposition.TO_ISSUE)
    factories.sort(closed, by=sato, answer=factories.ANSWER)
    clock.move(minutes=20)
    return new


def test_aoi_reads_what_to_do_and_where_her_cases_stand(busy, home, aoi):
    counts = dict(tiles(home(aoi)))
    assert counts["/cases/?status=returned"] == 1
    assert counts["/cases/new"] == 0
    assert counts["/notices/"] == 8
    assert [counts[f"/cases/?status={s}"] for s in ("submitted", "accepted", "disposed")] == [
        1,
        1,
        2,
    ]
    assert counts["/cases/?status=closed"] == 1


def test_aoi_sees_that_a_draft_waits(home, sign_in, aoi):
    sign_in(aoi).send("/cases/new/draft", {"summary": "途中", "request_key": "k"})
    assert dict(tiles(home(aoi)))["/cases/new"] == 1


def test_sato_reads_what_waits_for_the_centre(busy, home, sato):
    counts = dict(tiles(home(sato)))
    parts = [counts[f"/triage/?part={part}"] for part in ("accept", "sort", "answer")]
    assert parts == [1, 1, 1]


def test_what_repeats_waits_for_the_areas_centre_and_the_town(
    home, sign_in, aoi, kato, sato, nishi, mori, yama
):
    url = "/candidates/"
    repeating.file(aoi, gap="G1", urgency="E1")
    repeating.file(kato, gap="G1", urgency="E1", act_type="FN01")
    repeating.file(aoi, gap="G1", urgency="E1", act_type="FN02")
    repeating.look()
    for person, count in ((sato, 2), (nishi, 1), (mori, 3), (yama, 3)):
        cards = parsed(sign_in(person).get(url).text).findall(".//main//li[@class='panel stack']")
        assert (person.name, len(cards)) == (person.name, count)
        assert dict(tiles(home(person)))[url] == count


def test_nishi_counts_nothing_of_the_other_area(busy, home, nishi):
    assert {count for _url, count in tiles(home(nishi))} == {0}


@pytest.mark.parametrize("login", ["mori", "hara", "yama"])
def test_the_town_reads_how_many_cases_stand_where(busy, home, request, login):
    counts = [count for url, count in tiles(home(request.getfixturevalue(login))) if "cases" in url]
    assert counts[:4] == [1, 1, 1, 1]


def test_a_tile_leads_to_a_list_of_as_many_rows_as_it_counts(busy, sign_in, aoi, sato, mori):
    for person in (aoi, sato, mori):
        browser = sign_in(person)
        for url, count in tiles(browser.get("/").text):
            if url.startswith(("/cases/?", "/triage/")):
                body = parsed(browser.get(url).text).find(".//main//tbody")
                rows = 0 if body is None else len(body.findall("tr"))
                assert (person.name, url, rows) == (person.name, url, count)


@pytest.mark.parametrize("login", ["iin", "ken", "kanri", "kansa"])
def test_who_sees_no_case_has_a_home_without_a_count_of_cases(busy, home, request, login):
    html = home(request.getfixturevalue(login))
    assert [url for url, _count in tiles(html) if "/cases/" in url] == []
    assert "R8-98201" not in html


def test_somebody_whose_membership_has_ended_is_told_so(home, aoi):
    ended = sa.update(Membership).where(Membership.person_id == aoi.person_id)
    db.session.execute(ended.values(until_on=the_clock.today() - timedelta(days=1)))
    db.session.commit()
    assert "現在、このアカウントには所属がありません。" in home(aoi)


@pytest.mark.parametrize("login", ["aoi", "sato", "mori", "iin", "ken", "kanri"])
def test_a_home_takes_few_statements(busy, sign_in, statements, request, login):
    browser = sign_in(request.getfixturevalue(login))
    with statements() as seen:
        browser.get("/")
    reading = [s for s in seen if s.lstrip().upper().startswith("SELECT")]
    assert len(reading) <= MOST_STATEMENTS, "\n".join(reading)


def test_more_cases_take_no_more_statements(busy, sign_in, statements, aoi, mori):
    newest = factories.make_case(by=aoi)
    browser = sign_in(mori)
    with statements() as few:
        browser.get("/")
    factories.make_many(newest, 100)
    with statements() as many:
        browser.get("/")
    assert len(many) == len(few)


def test_the_menu_leads_only_where_one_may_go(sign_in, aoi, sato, mori, ken, kanri):
    for person in (aoi, sato, mori, ken, kanri):
        browser = sign_in(person)
        nav = next(
            n for n in parsed(browser.get("/").text).iter("nav") if n.get("id") == "main-nav"
        )
        for url in [a.get("href") for a in nav.iter("a")]:
            assert (person.name, url, browser.get(url).status_code) == (person.name, url, 200)


def test_the_current_entry_of_the_menu_is_marked(sign_in, aoi):
    browser = sign_in(aoi)
    case = factories.make_case(by=aoi)
    for url, entry in (("/", "/"), ("/cases/new", "/cases/new"), (f"/cases/{case.id}", "/cases/")):
        nav = next(
            n for n in parsed(browser.get(url).text).iter("nav") if n.get("id") == "main-nav"
        )
        marked = [a.get("href") for a in nav.iter("a") if a.get("aria-current") == "page"]
        assert (url, marked) == (url, [entry])
