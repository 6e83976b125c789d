"""Every address that gives a file leaves an entry with its filter and rows, or has a reason."""

import csv
from io import StringIO

import pytest
import sqlalchemy as sa

from tests import factories
from tests.house import crawl
from tracker.core import traces
from tracker.core.db import db
from tracker.privacy.exports.models import Export, ExportKind
from tracker.privacy.exports.papers import NOT_NOTED

PEOPLE = ("mori", "sato", "aoi", "kansa", "ken")
TABLES = {crawl.CSV, crawl.EXCEL, "application/json"}


def noted(path):
    """Files noted at this address, the newest last."""
    traces.writer.flush()
    rows = sa.select(Export).where(Export.narrowed.startswith(path, autoescape=True))
    return db.session.scalars(rows.order_by(Export.id)).all()


def opened_by_somebody(page, browsers):
    """The answer to the first who may open it, and how many files were noted there before."""
    for browser in browsers:
        answer = browser.get(page.url)
        if answer.status_code == 200:
            return answer
    return None


@pytest.fixture
def browsers(request, sign_in):
    return [sign_in(request.getfixturevalue(login)) for login in PEOPLE]


def test_every_download_is_noted_or_has_a_reason(app, aoi, sato, mori, browsers, clock):
    examples = crawl.fill_town(aoi, sato, mori)
    clock.move(minutes=20)
    faults = []
    for page in crawl.pages(app, examples):
        if page.is_whole or page.endpoint in crawl.FRAGMENTS:
            continue
        answer = opened_by_somebody(page, browsers)
        if answer is None:
            faults.append(f"{page.endpoint}: none of {PEOPLE} may open it")
            continue
        entries = noted(page.url.partition("?")[0])
        if (page.endpoint in NOT_NOTED) == bool(entries):
            faults.append(f"{page.endpoint}: {len(entries)} entries")
        elif entries and answer.mimetype in TABLES and entries[-1].rows is None:
            faults.append(f"{page.endpoint}: without the number of its rows")
    assert not faults, "\n".join(faults)


def test_no_page_with_a_frame_is_noted_as_a_file(sign_in, aoi, mori):
    factories.make_case(aoi)
    for path in ("/", "/cases/", "/audit/exports/"):
        assert sign_in(mori).get(path).status_code == 200
    assert noted("/") == []


def test_the_review_of_rights_is_noted_with_its_rows(sign_in, mori):
    answer = sign_in(mori).get("/people/review.csv?lang=en")
    lines = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))
    (entry,) = noted("/people/review.csv")
    assert entry.rows == len(lines) - 1 > 0
    assert (entry.person_id, entry.kind) == (mori.person_id, ExportKind.PAPER)
    assert entry.narrowed == "/people/review.csv"


def test_what_a_list_was_narrowed_to_is_noted_without_a_persons_details(sign_in, mori):
    answer = sign_in(mori).get("/resources/resources.csv?q=090-1234-5678&informal=yes")
    assert answer.status_code == 200
    (entry,) = noted("/resources/resources.csv")
    assert "informal=yes" in entry.narrowed
    assert "1234" not in entry.narrowed


def test_a_file_that_was_refused_is_not_noted(sign_in, ono, aoi):
    case = factories.make_case(aoi)
    assert sign_in(ono).get(f"/cases/{case.id}/sheet.pdf").status_code == 404
    assert noted("/cases/") == []
