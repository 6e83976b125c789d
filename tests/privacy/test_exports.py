"""Files taken out: why, how many, how often, and who agreed."""

import csv
from io import StringIO

import pytest
import sqlalchemy as sa

from tests.client import parsed
from tests.factories import accept, make_case, make_many, person_called
from tests.house.test_pages import assert_sound
from tests.taking_out import ask
from tracker.accounts.models import Person
from tracker.core import traces
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import NotAllowedError, NotFoundError, TooManyError
from tracker.privacy.exports import queries
from tracker.privacy.exports.models import Export, ExportKind

NEW = "/audit/exports/new?kind=cases"


def table(answer):
    return list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))


@pytest.fixture
def large(aoi, mori):
    """1,001 cases of the town, asked for by Mori."""
    make_many(make_case(aoi), 1000)
    return ask(mori)


def test_mori_says_why_and_opens_the_file(sign_in, aoi, mori):
    case = make_case(aoi, summary="=通院の付添い。")
    browser = sign_in(mori)
    form = browser.get(f"{NEW}&lang=en")
    assert_sound(form.text, NEW, "en")
    sent = browser.send(NEW, {"purpose": "meeting", "request_key": KEY})
    assert sent.status_code == 303
    page = browser.get(f"{sent.location}?lang=en")
    assert_sound(page.text, sent.location, "en")
    head, line = table(browser.get(f"{sent.location}/file.csv"))
    assert len(head) == len(line)
    assert line[0] == case.number
    assert "'=通院の付添い。" in line
    assert "あおば" not in ",".join(line)


KEY = "6a4c1f0e-5f0f-4a59-9b52-0d3a2b8e7c11"


def test_without_a_purpose_there_is_no_file(sign_in, aoi, mori):
    make_case(aoi)
    assert sign_in(mori).send(NEW, {"request_key": KEY}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Export)) == 0


def test_the_form_sent_twice_asks_once(sign_in, aoi, mori):
    make_case(aoi)
    browser = sign_in(mori)
    for _time in range(2):
        browser.send(NEW, {"purpose": "meeting", "request_key": KEY})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Export)) == 1


def test_purpose_filter_and_rows_stand_in_the_log(app, aoi, mori):
    make_case(aoi)
    export = ask(mori, status="submitted")
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.verb == "export.asked_for")
    ).one()
    assert (entry.subject_id, entry.facts["now"]["rows"]) == (export.id, 1)
    assert export.narrowed == "status=submitted"


@pytest.mark.both
def test_each_reads_in_the_file_what_the_pages_show(app, aoi, kato, ono, sato, mori):
    own = make_case(aoi)
    make_case(kato)
    make_case(ono)
    rows, key = queries.rows_of(aoi, ExportKind.CASES, {})
    assert [row.id for row in db.session.execute(rows.order_by(key))] == [own.id]
    assert queries.count_of(mori, ExportKind.CASES, {}) == 2
    accept(own, by=sato)
    assert queries.count_of(mori, ExportKind.CASES, {"status": "accepted"}) == 1


def test_ten_files_an_hour_are_enough(app, aoi, mori, clock):
    make_case(aoi)
    for _number in range(10):
        ask(mori)
    with pytest.raises(TooManyError):
        ask(mori)
    clock.move(hours=1, seconds=1)
    ask(mori)


def test_a_large_file_waits_for_a_second_person(sign_in, large, mori, hara):
    address = f"/audit/exports/{large.id}"
    asking, second = sign_in(mori), sign_in(hara)
    assert asking.get(f"{address}/file.csv").status_code == 409
    assert asking.send(f"{address}/agree").status_code == 403
    assert "同意する" in second.get(address).text
    assert second.send(f"{address}/agree").status_code == 303
    assert second.send(f"{address}/agree").status_code == 409
    assert len(table(asking.get(f"{address}/file.csv"))) == 1002
    assert second.get(f"{address}/file.csv").status_code == 403


def test_the_privacy_officer_may_refuse(sign_in, large, kansa, mori):
    address = f"/audit/exports/{large.id}"
    browser, why = sign_in(kansa), "件数が多すぎる。月を絞ってほしい。"
    unsaid = browser.send(f"{address}/refuse")
    assert unsaid.status_code == 422
    assert_sound(unsaid.text, address, "ja")
    assert browser.send(f"{address}/refuse", {"why_not": why}).status_code == 303
    asking = sign_in(mori)
    assert asking.get(f"{address}/file.csv").status_code == 409
    assert why in asking.get(address).text


def test_after_a_day_it_has_to_be_asked_for_again(sign_in, aoi, mori, clock):
    make_case(aoi)
    export = ask(mori)
    clock.move(days=1, seconds=1)
    assert sign_in(mori).get(f"/audit/exports/{export.id}/file.csv").status_code == 409


def test_whoever_has_not_shown_who_they_are_is_asked_first(sign_in, aoi, mori, clock):
    make_case(aoi)
    account = db.session.scalars(sa.select(Person).where(Person.id == mori.person_id)).one()
    account.is_demo = False
    db.session.commit()
    browser = sign_in(person_called("mori"))
    clock.move(minutes=11)
    assert browser.get(NEW).status_code == 303
    assert "next=" in browser.get(NEW).location


def test_strangers_do_not_know_of_it(app, sign_in, aoi, mori, kato, tani):
    make_case(aoi)
    export = ask(mori)
    for person in (kato, tani):
        assert sign_in(person).get(f"/audit/exports/{export.id}").status_code == 404
        with pytest.raises(NotFoundError):
            queries.get_export(person, export.id)


@pytest.mark.parametrize("login", ["ken", "iin", "kanri", "kansa"])
def test_who_reads_no_cases_takes_none_out(login, request, aoi, sign_in):
    make_case(aoi)
    person = request.getfixturevalue(login)
    assert sign_in(person).get(NEW).status_code == 403
    with pytest.raises(NotAllowedError):
        ask(person)


def test_kansa_takes_the_log_out(sign_in, aoi, kansa):
    make_case(aoi)
    export = ask(kansa, kind=ExportKind.LOG, subject="cases", who="aoi")
    lines = table(sign_in(kansa).get(f"/audit/exports/{export.id}/file.csv"))
    assert len(lines) == 2
    assert lines[1][-1] == "aoi"


def test_papers_of_other_pages_are_noted(sign_in, aoi, sato, kansa):
    case = accept(make_case(aoi), by=sato)
    browser = sign_in(sato)
    assert browser.get(f"/cases/{case.id}/sheet.pdf").status_code == 200
    traces.writer.flush()
    page = sign_in(kansa).get("/audit/exports/").text
    assert f"/cases/{case.id}/sheet.pdf" in page


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_list_is_sound_and_shows_who_took_what(lang, sign_in, aoi, mori, hara):
    browser, url = sign_in(hara), f"/audit/exports/?lang={lang}"
    assert_sound(browser.get(url).text, url, lang)
    make_case(aoi)
    ask(mori)
    page = browser.get(url).text
    assert_sound(page, url, lang)
    assert len(list(parsed(page).iter("tr"))) == 2
    assert mori.name in page


def test_the_list_of_cases_leads_there(sign_in, aoi, mori):
    make_case(aoi)
    assert "/audit/exports/new?kind=cases" in sign_in(mori).get("/cases/").text
