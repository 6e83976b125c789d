"""119 and 110 stay in front of what a town adds, until somebody takes them out on purpose."""

from datetime import datetime

import pytest
import sqlalchemy as sa

from tests import links
from tests.client import form_fields, parsed
from tests.settings.test_pages import LINKS, names, press, typed
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.settings import queries
from tracker.settings.models import Danger, EmergencyLink, Hours

FIRE = "消防・救急（119）"
DAY = datetime(2026, 11, 24, 10, 0, tzinfo=the_clock.TOKYO)


@pytest.fixture
def east(sato):
    return min(sato.area_ids(Role.CENTRE))


def phones(viewer, area_id):
    found = queries.chain(viewer, area_id, Danger.LIFE, at=DAY)
    db.session.rollback()
    return [link.phone for link in found]


@pytest.mark.both
def test_the_first_contact_of_a_chain_leaves_119_in_front(sign_in, aoi, mori, east):
    duty = typed(place=f"98201-{east}", hours=Hours.OFFICE.value, name="みどり当番")
    assert sign_in(mori).post_form(f"{LINKS}/new", duty).status_code == 303
    assert names() == [FIRE, "みどり当番"]
    assert phones(aoi, east) == ["119", "0980-00-2119"]


def test_what_brings_119_itself_is_not_doubled(sign_in, mori):
    fire = typed(target="FIRE", name=FIRE, phone="119")
    sign_in(mori).post_form(f"{LINKS}/new", fire)
    assert names() == [FIRE]


def number_119():
    key = sa.select(EmergencyLink.id).where(EmergencyLink.phone == "119")
    found = db.session.scalars(key).one()
    db.session.rollback()
    return found


def test_taking_119_out_asks_again_and_then_does_it_once(sign_in, mori):
    browser = sign_in(mori)
    browser.post_form(f"{LINKS}/new", typed())
    url = f"{LINKS}/{number_119()}/remove"
    asked = press(browser, url)
    assert (asked.status_code, "画面に119が出なくなります" in asked.text) == (422, True)
    assert names() == [FIRE, "市役所 宿直室"]
    form = next(f for f in parsed(asked.text).iter("form") if f.get("action") == url)
    for _time in range(2):
        assert browser.post(url, data=form_fields(form)).status_code == 303
    assert names() == ["市役所 宿直室"]


def test_a_chain_of_119_alone_is_taken_back_without_asking(sign_in, mori):
    browser = sign_in(mori)
    browser.post_form(f"{LINKS}/new", typed(target="FIRE", name=FIRE, phone="119"))
    assert press(browser, f"{LINKS}/{number_119()}/remove").status_code == 303
    assert names() == []


def test_a_chain_that_lacks_119_says_when_it_is_shown_and_puts_it_first(sign_in, mori):
    links.make_link(mori, hours=Hours.OFFICE)
    browser = sign_in(mori)
    page = browser.get("/settings/").text
    assert "どの連絡先も当てはまらない場所と時間にだけ" in page
    assert press(browser, f"{LINKS}/begin").status_code == 303
    assert names() == [FIRE, "市役所 宿直室"]
