"""Meetings in calendars: one as a file, all of a person's by a secret address."""

import re

import pytest
from icalendar import Calendar

from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.meetings import service

NEVER = ("買い物", "通院", "議題", "移動販売")


def _event(answer):
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/calendar"
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    return event


def _ics(browser, room):
    return browser.get(f"/meetings/{room.meeting_id}/agenda.ics")


def _address(browser):
    """The secret address, as the page shows it once."""
    page = browser.post_form("/account/calendar", to="/account/calendar")
    assert page.status_code == 200, page.text
    return re.search(r"/calendar/[\w-]+/meetings\.ics", page.text).group()


def test_a_meeting_says_when_and_where_and_nothing_of_its_items(room, sign_in, mori):
    answer = _ics(sign_in(mori), room)
    event = _event(answer)
    assert event["SUMMARY"] == "令和8年度 第1回 地域ケア推進会議"
    assert event["LOCATION"] == "市役所 第1会議室"
    assert event["DTSTART"].to_ical() == b"20261124T140000"
    assert event["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert event["DTEND"].to_ical() == b"20261124T160000"
    assert event["URL"].endswith(f"/meetings/{room.meeting_id}")
    assert b"BEGIN:VTIMEZONE" in answer.data
    assert [word for word in NEVER if word in answer.data.decode()] == []


def test_a_change_counts_up_and_keeps_its_name(room, sign_in, mori, clock):
    browser = sign_in(mori)
    before = _event(_ics(browser, room))
    room.publish()
    after = _event(_ics(browser, room))
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    clock.move(minutes=5)
    service.cancel(room.meeting, by=mori, at=clock.now())
    db.session.commit()
    called_off = _ics(browser, room)
    assert b"METHOD:CANCEL" in called_off.data
    event = _event(called_off)
    assert (event["STATUS"], event["UID"]) == ("CANCELLED", before["UID"])
    assert event["SEQUENCE"] > after["SEQUENCE"]


def test_a_member_may_have_the_day_before_the_pledge_a_stranger_never(room, sign_in, iin, tani):
    assert _ics(sign_in(iin), room).status_code == 404, "not published"
    room.publish()
    assert _ics(sign_in(iin), room).status_code == 200
    assert _ics(sign_in(tani), room).status_code == 404


def test_a_secret_address_shows_ones_meetings_to_a_program(room, sign_in, client, mori, iin):
    address = _address(sign_in(mori))
    assert _event(client.get(address))["SUMMARY"] == "令和8年度 第1回 地域ケア推進会議"
    members = _address(sign_in(iin))
    assert Calendar.from_ical(client.get(members).data).walk("VEVENT") == []
    room.publish()
    answer = client.get(members)
    assert _event(answer)["LOCATION"] == "市役所 第1会議室"
    assert [word for word in NEVER if word in answer.data.decode()] == []


def test_the_address_is_shown_once_and_not_kept(room, sign_in, mori):
    browser = sign_in(mori)
    token = _address(browser).split("/")[2]
    assert token not in browser.get("/account/calendar").text
    found = db.session.connection().exec_driver_sql("select token_hash from calendar_feeds").all()
    assert [row for row in found if token in str(row)] == []
    assert len(token) >= 43, "256 bits"


def test_a_new_address_ends_the_old_one_and_ending_ends_both(room, sign_in, client, mori):
    browser = sign_in(mori)
    old = _address(browser)
    new = _address(browser)
    assert [client.get(one).status_code for one in (old, new)] == [404, 200]
    browser.post_form("/account/calendar", to="/account/calendar/end")
    assert client.get(new).status_code == 404


@pytest.mark.parametrize("token", ["x", "A" * 43, "..", "%00", "%27%20OR%201=1"])
def test_a_forged_address_opens_nothing(room, sign_in, client, mori, token):
    _address(sign_in(mori))
    assert client.get(f"/calendar/{token}/meetings.ics").status_code == 404


def test_a_closed_account_takes_its_address_along(room, sign_in, client, iin, clock):
    room.publish()
    address = _address(sign_in(iin))
    assert client.get(address).status_code == 200
    person = db.session.get(Person, iin.person_id)
    person.disabled_at = clock.now()
    db.session.commit()
    assert client.get(address).status_code == 404
