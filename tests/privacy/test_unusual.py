"""Reading out of the ordinary: each rule just met and just missed, the page, and who is told."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.client import parsed
from tests.factories import make_case
from tests.house.test_pages import assert_sound
from tests.taking_out import opened
from tracker.accounts.models import Person
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.traces import AccessTrace
from tracker.jobs import daily
from tracker.notifications.models import Event, Notice
from tracker.privacy.unusual import (
    AT_ODD_TIMES,
    ELSEWHERE,
    FILES,
    MANY_IN_AN_HOUR,
    MORE_FROM,
    REVEALED,
    Opening,
    Rule,
    Week,
    find,
    monday,
)

TUESDAY = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)  # 10:00 in Japan


def spread(count, *, minutes, start=TUESDAY, area_id=1):
    """Person 7 opens so many different cases, one after the other."""
    step = timedelta(minutes=minutes)
    return [Opening(start + step * n, 7, "cases", n, area_id) for n in range(count)]


def rules(*openings, **more):
    return [one.rule for one in find(Week(list(openings), **more))]


def test_thirty_cases_within_an_hour_are_named_and_over_a_longer_time_are_not():
    assert rules(*spread(MANY_IN_AN_HOUR, minutes=2)) == [Rule.MANY]
    assert rules(*spread(MANY_IN_AN_HOUR - 1, minutes=1)) == []
    assert rules(*spread(MANY_IN_AN_HOUR, minutes=2.1)) == []


def test_the_same_case_opened_again_and_again_counts_once():
    again = [Opening(TUESDAY + timedelta(seconds=n), 7, "cases", 1, 1) for n in range(49)]
    assert rules(*again) == []


@pytest.mark.parametrize(
    ("hours", "named"),
    [(0, False), (9.95, False), (10, True), (20.9, True), (21, False), (96, True)],
    ids=["10:00", "19:57", "20:00", "6:54", "7:00", "on Saturday"],
)
def test_odd_times_begin_and_end_to_the_minute(hours, named):
    at = TUESDAY + timedelta(hours=hours)
    found = rules(*spread(AT_ODD_TIMES, minutes=0, start=at))
    assert found == ([Rule.ODD_TIMES] if named else [])


def test_cases_of_areas_the_centre_does_not_serve_are_named():
    away = spread(ELSEWHERE, minutes=30, area_id=2)
    assert rules(*away, areas={7: frozenset({1})}) == [Rule.ELSEWHERE]
    assert rules(*away[1:], areas={7: frozenset({1})}) == []
    assert rules(*away, areas={7: frozenset({1, 2})}) == []
    assert rules(*away) == []  # who works in no centre has no area of their own


def test_far_more_than_ones_own_average_is_named_but_not_for_somebody_new():
    busy = [Opening(TUESDAY + timedelta(minutes=n), 7, "cases", 1, 1) for n in range(MORE_FROM)]
    usual = MORE_FROM * 4 // 3
    assert rules(*busy, before={7: usual}) == [Rule.MORE]
    assert rules(*busy, before={7: usual + 1}) == []
    assert rules(*busy) == []


def test_offices_asked_for_and_files_taken_out_are_counted():
    assert rules(revealed={7: REVEALED}, files={7: FILES}) == [Rule.REVEALED, Rule.FILES]
    assert rules(revealed={7: REVEALED - 1}, files={7: FILES - 1}) == []


@pytest.fixture
def night(app, aoi, kato, sato, clock):
    """In the night of last Tuesday Sato opened five cases of Aoi."""
    cases = [make_case(aoi) for _number in range(AT_ODD_TIMES)]
    db.session.execute(
        sa.insert(AccessTrace),
        [
            {
                "at": TUESDAY + timedelta(hours=14),
                "person_id": sato.person_id,
                "subject": "cases",
                "subject_id": case.id,
            }
            for case in cases
        ],
    )
    db.session.commit()


@pytest.mark.both
def test_kansa_reads_the_reason_in_words_and_another_town_does_not(night, sign_in, kansa, sato):
    browser = sign_in(kansa)
    page = browser.get("/audit/unusual?lang=en").text
    assert sato.name in page
    assert f"{AT_ODD_TIMES} different texts opened at odd times" in page
    assert sato.name not in browser.get("/audit/unusual?week=2026-11-12").text
    assert "within one hour" in page  # the rules stand below
    assert "2026-11-23" not in browser.get("/audit/unusual?week=2026-11-25").text
    assert browser.get("/audit/unusual?week=2999-12-31").status_code == 422


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_is_sound_empty_full_and_asked_for_nonsense(lang, night, sign_in, kansa):
    browser = sign_in(kansa)
    for query in ("", "week=2026-01-05&", "week=x&"):
        url = f"/audit/unusual?{query}lang={lang}"
        answer = browser.get(url)
        assert answer.status_code == (422 if "=x" in query else 200)
        assert_sound(answer.text, url, lang)


@pytest.mark.parametrize("login", ["aoi", "sato", "mori", "ken", "kanri"])
def test_nobody_else_opens_it(request, sign_in, login):
    assert sign_in(request.getfixturevalue(login)).get("/audit/unusual").status_code == 403


def test_on_monday_kansa_is_told_once_of_last_week(night, kansa, clock):
    clock.move(days=-1)  # from Tuesday the 24th to Monday
    assert the_clock.today() == monday(the_clock.today())
    for _time in range(2):
        daily.tell_unusual_reading(the_clock.now())
        db.session.commit()
    told = sa.select(Notice).where(Notice.event == Event.READING_UNUSUAL)
    (notice,) = db.session.scalars(told)
    assert notice.person_id == kansa.person_id
    assert notice.path == "/audit/unusual?week=2026-11-16"


def test_an_ordinary_week_tells_nobody(app, aoi, sato, clock):
    opened(make_case(aoi), sato)
    clock.move(days=6)
    daily.tell_unusual_reading(the_clock.now())
    assert db.session.scalars(sa.select(Notice)).all() == []


def test_aois_office_reads_which_role_opened_its_case_and_no_name(sign_in, aoi, kato, sato, mori):
    case = make_case(aoi)
    url = f"/cases/{case.id}/opened"
    assert "まだ誰も開いていません" in sign_in(aoi).get(url).text
    for person in (sato, sato, mori, aoi):
        opened(case, person)
    browser = sign_in(mori)
    key = "6a4c1f0e-5f0f-4a59-9b52-0d3a2b8e7c11"
    why = {"reason": "面談の日を相談するため。", "request_key": key}
    assert browser.send(f"/cases/{case.id}/reveal", why).status_code == 303
    readers = sign_in(aoi).get(f"{url}?lang=en").text
    rows = [
        [" ".join("".join(cell.itertext()).split()) for cell in row][:4]
        for row in parsed(readers).iter("tr")
    ]
    assert ["Support centre staff", "1", "2", "0"] in rows
    assert ["Municipal officer", "1", "1", "1"] in rows
    assert "Care manager" not in readers
    for person in (sato, mori):
        assert person.name not in readers
    assert url in sign_in(aoi).get(f"/cases/{case.id}").text
    assert url not in sign_in(sato).get(f"/cases/{case.id}").text
    assert sign_in(sato).get(url).status_code == 403
    assert sign_in(kato).get(url).status_code == 404


@pytest.mark.both
def test_somebody_who_has_left_is_still_counted(app, aoi, sato):
    from tracker.accounts.models import Membership
    from tracker.cases import opened as readers

    case = make_case(aoi)
    opened(case, sato)
    db.session.execute(
        sa.update(Membership)
        .where(Membership.person_id == sato.person_id)
        .values(until_on=the_clock.today() - timedelta(days=1))
    )
    (found,) = readers.by_role(aoi, case)
    assert (found.role, found.people, found.times) == (None, 1, 1)
    assert db.session.get_one(Person, sato.person_id)
