"""Every page that names a row says who read it; read-only mode shuts every address that writes."""

import pytest
import sqlalchemy as sa

from tests.databases import contents
from tests.house import crawl
from tracker.core import read_only, traces
from tracker.core.db import db
from tracker.core.traces import AccessTrace
from tracker.privacy import readings


def _names_a_row(page):
    return bool(page.rows) and page.is_whole


def test_every_page_with_a_key_is_an_opening_or_says_why_it_is_none(app):
    silent = [
        page.endpoint
        for page in crawl.any_pages(app)
        if _names_a_row(page)
        and not page.rows.keys() & readings.ROWS.keys()
        and page.endpoint not in readings.NOT_READ
    ]
    assert not silent, f"give it a row in privacy/readings.py, or a reason in NOT_READ: {silent}"


def test_no_reason_is_given_for_a_page_that_is_gone(app):
    named = {*readings.NOT_READ, *readings.LISTS}
    assert not named - app.view_functions.keys()


def _openings():
    found = db.session.scalar(sa.select(sa.func.count(AccessTrace.id)))
    db.session.rollback()
    return found


def test_whoever_opens_such_a_page_is_known(app, sign_in, aoi, sato, mori, kansa, kanri, clock):
    examples = crawl.fill_town(aoi, sato, mori)
    clock.move(minutes=20)
    browsers = [sign_in(person) for person in (mori, sato, aoi, kansa, kanri)]
    wanted = [
        page
        for page in crawl.pages(app, examples)
        if page.endpoint in readings.LISTS
        or (
            page.is_whole
            and page.rows.keys() & readings.ROWS.keys()
            and page.endpoint not in readings.NOT_READ
        )
    ]
    traces.writer.flush()
    unseen, unopened = [], []
    for page in wanted:
        before = _openings()
        answers = (browser.get(page.url).status_code for browser in browsers)
        opened = any(status == 200 for status in answers)
        traces.writer.flush()
        rows = sa.select(AccessTrace.how).order_by(AccessTrace.id).offset(before)
        hows = db.session.scalars(rows).all()
        db.session.rollback()
        if not opened:
            unopened.append(page.endpoint)
        elif traces.How.OPENED not in hows:
            unseen.append(page.endpoint)
    assert not unseen, f"nobody knows who read: {unseen}"
    assert len(unopened) < len(wanted) / 4, f"nobody could open: {unopened}"


@pytest.fixture
def reading_only(app, aoi, sato, mori):
    """A full town whose switch is on."""
    examples = crawl.fill_town(aoi, sato, mori)
    read_only.switch(True)
    return examples


def test_in_read_only_mode_every_write_is_refused_and_reading_goes_on(
    app, reading_only, sign_in, mori
):
    browser = sign_in(mori)
    before = contents()
    for page in crawl.posts(app, reading_only):
        if getattr(app.view_functions[page.endpoint], "never_writes", False):
            continue
        answer = browser.post(page.url, data={"text": "買い物の手伝い"})
        assert answer.status_code == 503, page.url
        assert answer.headers["Retry-After"], page.url
    statuses = [browser.get(page.url).status_code for page in crawl.pages(app, reading_only)]
    assert statuses.count(200) > 100
    assert not [status for status in statuses if status >= 500]
    assert contents() == before
