"""Nobody takes things out in masses: limits by person, and rows of several files together."""

import pytest
import sqlalchemy as sa

from tests.factories import make_case
from tests.taking_out import ask
from tracker.core import clock as the_clock
from tracker.core import rates, traces
from tracker.core.db import db
from tracker.core.errors import TooManyError
from tracker.core.request_keys import RequestKey
from tracker.privacy.exports import leaving, queries
from tracker.privacy.exports.models import FREE_ROWS, OPEN_FOR


def done_before(rate, person, times):
    """The person did this so many times within the span, says the database."""
    key = {"person_id": person.person_id, "key": rate.key(the_clock.now())}
    row = RequestKey(**key, digest="", answer_id=times, used_at=the_clock.now())
    db.session.add(row)
    db.session.commit()


FILE, SEARCH = "/matrix/counts.csv", "/search?q=%E8%B2%B7%E3%81%84%E7%89%A9"


@pytest.mark.parametrize(
    ("rate", "url", "other"),
    [(leaving.FILES, FILE, SEARCH), (leaving.SEARCHES, SEARCH, FILE)],
)
def test_too_many_are_refused_in_plain_words_for_a_while(
    sign_in, mori, hara, clock, rate, url, other
):
    done_before(rate, mori, rate.most - 1)
    browser = sign_in(mori)
    assert browser.get(url).status_code == 200
    traces.writer.flush()
    refused = browser.get(url)
    assert (refused.status_code, "少し待って" in refused.text) == (429, True)
    assert 0 < int(refused.headers["Retry-After"]) <= rate.span.total_seconds()
    assert [browser.get("/").status_code, browser.get(other).status_code] == [200, 200]
    assert sign_in(hara).get(url).status_code == 200
    clock.move(seconds=rate.span.total_seconds())
    assert sign_in(mori).get(url).status_code == 200


def test_uploads_are_counted_too(sign_in, aoi):
    done_before(leaving.UPLOADS, aoi, leaving.UPLOADS.most)
    browser = sign_in(aoi)
    answer = browser.send("/cases/import", content_type="multipart/form-data")
    assert answer.status_code == 429


@pytest.mark.both
def test_what_is_counted_is_one_row(app, mori):
    for _ in range(3):
        rates.count(leaving.FILES, mori.person_id, at=the_clock.now())
        db.session.rollback()
        traces.writer.flush()
    row = db.session.execute(sa.select(RequestKey.key, RequestKey.answer_id)).one()
    assert row == (leaving.FILES.key(the_clock.now()), 3)
    few = rates.Rate("files", 3, leaving.FILES.span)
    with pytest.raises(TooManyError):
        rates.count(few, mori.person_id, at=the_clock.now())


def test_twenty_pages_a_second_stay_possible(sign_in, mori):
    browser = sign_in(mori)
    assert {browser.get("/healthz").status_code for _ in range(20)} == {200}
    assert leaving.SEARCHES.most >= 5 * leaving.SEARCHES.span.total_seconds()


# Several files together.


def of_rows(export, rows):
    """As if so many rows had fitted."""
    export.rows = rows
    db.session.commit()
    return export


@pytest.mark.both
def test_several_smaller_files_need_the_second_person_together(sign_in, aoi, mori, hara):
    make_case(aoi)
    first = of_rows(ask(mori), FREE_ROWS - 1)
    second = ask(mori)
    third = ask(mori)
    assert not first.is_large
    assert [second.rows_before, second.is_large] == [FREE_ROWS - 1, False]
    assert [third.rows_before, third.is_large] == [FREE_ROWS, True]
    browser = sign_in(mori)
    statuses = [
        browser.get(f"/audit/exports/{one}/file.csv").status_code
        for one in (first.id, second.id, third.id)
    ]
    assert statuses == [200, 200, 409]
    assert "この一日に取り出した1,001行と合わせて" in browser.get("/audit/exports/new").text
    assert [row.id for row in queries.awaiting(hara, at=the_clock.now())] == [third.id]
    assert "別の人の同意待ち" in browser.get("/audit/exports/").text
    assert f"{FREE_ROWS:,}行分" in sign_in(hara).get(f"/audit/exports/{third.id}").text


@pytest.mark.both
def test_after_a_day_and_for_others_the_count_begins_anew(app, aoi, mori, hara, clock):
    make_case(aoi)
    of_rows(ask(mori), FREE_ROWS)
    assert not ask(hara).is_large
    clock.move(hours=23, minutes=59)
    assert ask(mori).is_large
    clock.move(minutes=2)
    assert [ask(mori).rows_before, OPEN_FOR.days] == [1, 1]


def test_what_somebody_agreed_to_does_not_count_again(sign_in, aoi, mori, hara):
    make_case(aoi)
    first = of_rows(ask(mori), FREE_ROWS)
    second = ask(mori)
    assert sign_in(hara).send(f"/audit/exports/{second.id}/agree").status_code == 303
    assert ask(mori).rows_before == first.rows
