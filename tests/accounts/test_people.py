"""Who may know of which people."""

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import parsed
from tracker.accounts import queries
from tracker.accounts.models import Membership, Person
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError

MIHARASHI = {"aoi", "kato", "sato", "nishi", "mori", "hara", "yama", "iin", "kanri", "kansa"}
MIHARASHI |= {"hidamari", "tsumugi", "komorebi", "sakura", "minamo"}
MIHARASHI |= {"yunagi", "izumi", "hana", "hoshino"}
EAST = {"aoi", "sato", "hoshino", "hidamari", "tsumugi", "komorebi", "sakura", "minamo"}
KNOWN = {  # who → the people they may know of
    "aoi": {"aoi"},
    "ono": {"ono"},
    "sato": EAST,
    "nishi": {"nishi", "kato", "yunagi", "izumi", "hana"},
    "mori": MIHARASHI,
    "yama": MIHARASHI,
    "tani": {"ono", "tani", "kawai", "seiryu"},
    "ken": set(),
    "iin": set(),
    "kansa": set(),
}


def known_to(viewer):
    rows = db.session.execute(queries.people(viewer, today=the_clock.today()))
    return {row.login for row in rows}


@pytest.mark.both
@pytest.mark.parametrize("login", KNOWN)
def test_people_know_of_whom_they_work_with(app, request, login):
    assert known_to(request.getfixturevalue(login)) == KNOWN[login]


@pytest.mark.both
def test_the_administrator_knows_of_everybody(app, kanri):
    everybody = db.session.scalar(sa.select(sa.func.count()).select_from(Person))
    assert len(known_to(kanri)) == everybody


@pytest.mark.both
def test_who_has_no_standing_knows_of_nobody(app, aoi):
    assert known_to(Viewer(aoi.person_id, "青井", "ja", ())) == set()


@pytest.mark.both
@pytest.mark.parametrize(("login", "other"), [("ono", "aoi"), ("aoi", "ono"), ("sato", "kato")])
def test_somebody_one_may_not_know_of_is_missing(app, request, login, other):
    stranger = request.getfixturevalue(other).person_id
    with pytest.raises(NotFoundError):
        queries.get_person(request.getfixturevalue(login), stranger, today=the_clock.today())


def test_a_stranger_looks_like_somebody_who_never_was(sign_in, ono, aoi):
    browser = sign_in(ono)
    pages = [browser.get(f"/people/{number}") for number in (aoi.person_id, 999_999)]
    assert [page.status_code for page in pages] == [404, 404]
    assert _without_number(pages[0]) == _without_number(pages[1])


def _without_number(page):
    """The text of an error page but for the number that is new each time."""
    tree = parsed(page.text)
    changing = ("code", "input", "a")
    return [e.text for e in tree.iter() if isinstance(e.tag, str) and e.tag not in changing]


def test_a_colleague_new_today_is_known_at_once(app, aoi):
    factories.make_person("haru", min(aoi.organisation_ids(Role.AGENCY)))
    assert known_to(aoi) == {"aoi", "haru"}


@pytest.mark.both
def test_a_colleague_who_has_left_is_not_known_any_more(app, clock, mori, kato):
    left = sa.update(Membership).where(Membership.person_id == kato.person_id)
    db.session.execute(left.values(until_on=the_clock.today()))
    assert "kato" in known_to(mori)
    clock.move(days=1)
    assert "kato" not in known_to(mori)


def test_the_list_shows_names_roles_and_offices(sign_in, mori):
    page = sign_in(mori).get("/people/").text
    assert all(word in page for word in ("青井 みどり", "あおばケアプラン室", "ケアマネジャー"))


def test_the_list_of_a_care_manager_shows_no_other_office(sign_in, aoi):
    page = sign_in(aoi).get("/people/").text
    assert ("青井 みどり" in page, "加藤 直人" in page) == (True, False)


def test_the_page_of_a_person_shows_only_memberships_one_may_know_of(sign_in, sato, aoi, kato):
    west = min(kato.organisation_ids(Role.AGENCY))
    person = db.session.get_one(Person, aoi.person_id)
    factories.join(person, west, Role.AGENCY)
    page = sign_in(sato).get(f"/people/{aoi.person_id}").text
    assert ("あおばケアプラン室" in page, "かえで居宅介護支援事業所" in page) == (True, False)


@pytest.mark.parametrize("login", ["ken", "iin", "kansa"])
def test_who_has_no_business_with_people_is_refused_the_list(request, sign_in, login):
    assert sign_in(request.getfixturevalue(login)).get("/people/").status_code == 403


def test_a_page_holds_fifty_people_and_the_rest_follow(sign_in, mori, aoi):
    home = min(aoi.organisation_ids(Role.AGENCY))
    for number in range(60 - len(MIHARASHI)):
        factories.make_person(f"p{number:02}", home)
    browser = sign_in(mori)
    first = parsed(browser.get("/people/").text)
    (further,) = [a.get("href") for a in first.iter("a") if a.get("rel") == "next"]
    names = [len(list(page.iter("th"))) for page in (first, parsed(browser.get(further).text))]
    assert names[0] - names[1] == 40
