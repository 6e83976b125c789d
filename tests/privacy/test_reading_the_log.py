"""The log by record, by person and by time; and who opened what."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.client import parsed
from tests.factories import accept, make_case, make_issue
from tests.house.test_pages import assert_sound
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.db import db
from tracker.core.errors import InvalidInputError
from tracker.privacy import asking, asvs, queries
from tracker.privacy.locating import locate

# Requirements of level 1 in the standard's own table, version 5.0.0.
LEVEL_ONE = tuple(
    f"{section}.{number}"
    for section, numbers in (
        ("1.2", "12345"), ("1.3", "12"), ("1.5", "1"), ("2.1", "1"), ("2.2", "12"), ("2.3", "1"),
        ("3.2", "12"), ("3.3", "1"), ("3.4", "12"), ("3.5", "123"), ("4.1", "1"), ("4.4", "1"),
        ("5.2", "12"), ("5.3", "12"), ("6.1", "1"), ("6.2", "12345678"), ("6.3", "12"),
        ("6.4", "12"), ("7.2", "1234"), ("7.4", "12"), ("8.1", "1"), ("8.2", "12"), ("8.3", "1"),
        ("9.1", "123"), ("9.2", "1"), ("10.4", "12345"), ("11.3", "12"), ("11.4", "1"),
        ("12.1", "1"), ("12.2", "12"), ("13.4", "1"), ("14.2", "1"), ("14.3", "1"), ("15.1", "1"),
        ("15.2", "1"), ("15.3", "1"),
    )
    for number in numbers
)  # fmt: skip


ROOT, TOPS = Path(__file__).parents[2], ("", "tracker")  # where the named files are


def opened(by, subject, key):
    traces.opened(by.person_id, subject, key, at=the_clock.now())
    db.session.commit()
    traces.writer.flush()


def rows(viewer, read=queries.opened, **wanted):
    found = db.session.execute(read(viewer, asking.wanted(viewer, **wanted)))
    return sorted((row.subject, row.subject_id, row.login) for row in found)


@pytest.mark.both
def test_a_record_is_found_by_number_by_short_number_and_by_address(app, aoi, ono, sato, kansa):
    case = accept(make_case(aoi), by=sato)
    issue = make_issue(sato, case)
    assert locate(kansa, case.number) == ("cases", case.id)
    assert locate(kansa, case.number.replace("-98201", "").lower()) == ("cases", case.id)
    assert locate(kansa, f"https://x.jp/cases/{case.id}?own=1") == ("cases", case.id)
    assert locate(kansa, issue.number, kind="issues") == ("issues", issue.id)
    assert locate(kansa, make_case(ono).number) is None
    assert locate(kansa, "/cases/99999999999") is None
    assert locate(aoi, case.number) is None


@pytest.mark.both
def test_who_opened_a_case_by_record_person_and_time(app, aoi, kato, sato, kansa, clock):
    case, other = make_case(aoi), make_case(kato)
    opened(aoi, "cases", case.id)
    opened(sato, "cases", case.id)
    opened(sato, "cases", other.id)
    clock.move(days=2)
    opened(sato, "cases", case.id)
    assert rows(kansa, record=case.number) == [
        ("cases", case.id, "aoi"),
        *[("cases", case.id, "sato")] * 2,
    ]
    assert len(rows(kansa, who="sato")) == 3
    today = the_clock.today()
    assert len(rows(kansa, who="sato", since=today)) == 1
    assert len(rows(kansa, who="sato", until=today - timedelta(days=1))) == 2
    for field, typed in (("who", "nobody"), ("who", "ono"), ("record", "R8-98201-9999")):
        with pytest.raises(InvalidInputError) as refused:
            rows(kansa, **{field: typed})
        assert refused.value.field == field


@pytest.mark.both
def test_what_was_opened_in_another_town_is_not_kansas(app, ono, kansa):
    case = make_case(ono)
    opened(ono, "cases", case.id)
    assert rows(kansa) == []
    assert rows(ono) == []


def test_the_log_narrows_by_record_person_and_time(app, aoi, kato, sato, kansa, clock):
    case = make_case(aoi)
    make_case(kato)
    clock.move(days=3)
    accept(case, by=sato)
    found = rows(kansa, queries.entries, record=case.number)
    assert found == [("cases", case.id, "aoi"), ("cases", case.id, "sato")]
    today = the_clock.today()
    assert rows(kansa, queries.entries, since=today) == [("cases", case.id, "sato")]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("url", ["/audit/", "/audit/opened"])
def test_the_pages_narrow_in_the_address(url, lang, sign_in, aoi, sato, kansa):
    case = make_case(aoi)
    opened(sato, "cases", case.id)
    browser = sign_in(kansa)
    asked = f"{url}?record={case.number}&since=2026-11-24&until=2026-11-24&lang={lang}"
    page = browser.get(asked).text
    assert_sound(page, asked, lang)
    assert len(list(parsed(page).iter("tr"))) == 2
    unknown = browser.get(f"{url}?who=nobody&lang={lang}")
    assert unknown.status_code == 422
    assert_sound(unknown.text, url, lang)
    assert len(list(parsed(unknown.text).iter("tr"))) == 0
    assert browser.get(f"{url}?since=2026-13-45").status_code == 422
    assert browser.get(f"{url}?since=0001-01-01").status_code == 422
    assert browser.get(f"{url}?subject=nothing").status_code == 422


def test_a_long_log_goes_on_from_the_last_key(sign_in, aoi, sato, kansa):
    case = make_case(aoi)
    for _time in range(60):
        traces.opened(sato.person_id, "cases", case.id, at=the_clock.now())
    db.session.commit()
    traces.writer.flush()
    page = sign_in(kansa).get("/audit/opened?who=sato").text
    assert len(list(parsed(page).iter("tr"))) == 51
    assert "who=sato&amp;after=" in page


@pytest.mark.parametrize("login", ["aoi", "sato", "mori", "tani", "ken", "kanri"])
@pytest.mark.parametrize(
    "url", ["/audit/opened", "/audit/keeping", "/audit/asvs", "/audit/sign-ins"]
)
def test_nobody_else_opens_these_pages(url, login, request, sign_in):
    assert sign_in(request.getfixturevalue(login)).get(url).status_code == 403


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_requirement_of_the_first_level_is_answered(lang, sign_in, kansa):
    numbers = [line.number for line in asvs.lines()]
    assert tuple(numbers) == LEVEL_ONE
    assert not [line.number for line in asvs.lines() if line.state is asvs.State.OPEN]
    files = [line.where for line in asvs.lines() if line.where]
    assert not [name for name in files if not any((ROOT / top / name).is_file() for top in TOPS)]
    assert all(line.en and line.ja for line in asvs.lines())
    for url in (f"/audit/asvs?lang={lang}", f"/audit/keeping?lang={lang}"):
        assert_sound(sign_in(kansa).get(url).text, url, lang)
