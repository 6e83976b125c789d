"""Members of one meeting: the link to an account, the pledge, notices, what they opened."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tracker.accounts.models import Invitation
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.db import db
from tracker.core.errors import ConflictError
from tracker.meetings import attendance, queries, service
from tracker.meetings.members import queries as members
from tracker.meetings.members import service as links
from tracker.meetings.models import Pledge
from tracker.meetings.preparing import service as preparing
from tracker.meetings.preparing.forms import MEETING_FIELDS
from tracker.meetings.preparing.service import MeetingChange
from tracker.notifications.models import Event, Notice

SECRET = "ほかのどこにも書かれない問い"


@pytest.fixture
def invited(meeting, issue, mori, iin):
    """Iin is invited to the published meeting of the town, and has not pledged."""
    factories.put_on_agenda(meeting, issue, by=mori, question=SECRET)
    factories.invite_to(meeting, mori, iin.person_id)
    return factories.publish_meeting(meeting, mori)


def told(event):
    """Who was told of it."""
    return list(db.session.scalars(sa.select(Notice.person_id).where(Notice.event == event)))


def test_invited_members_are_told_once_the_agenda_is_out_and_not_before(
    meeting, item, mori, iin, clock
):
    factories.invite_to(meeting, mori, iin.person_id)
    assert told(Event.MEETING_INVITED) == []
    factories.publish_meeting(meeting, mori)
    assert told(Event.MEETING_INVITED) == [iin.person_id]
    factories.invite_to(meeting, mori)
    assert told(Event.MEETING_INVITED) == [iin.person_id], "nobody is told twice"


@pytest.mark.both
def test_a_pledge_that_has_ended_is_asked_for_again(invited, iin, sign_in, clock):
    factories.sign_pledge(iin)
    browser, url = sign_in(iin), f"/meetings/{invited.id}/agenda"
    assert SECRET in browser.get(url).text
    clock.move(days=128)
    assert the_clock.today() == date(2027, 4, 1)
    shut = sign_in(iin).get(url).text
    assert SECRET not in shut
    assert f'action="/meetings/{invited.id}/pledge"' in shut
    factories.sign_pledge(iin)
    assert SECRET in sign_in(iin).get(url).text
    untils = db.session.scalars(sa.select(Pledge.valid_until).order_by(Pledge.id)).all()
    assert untils == [date(2027, 3, 31), date(2028, 3, 31)]


def test_a_member_without_the_pledge_reads_nothing_at_any_address(invited, iin, sign_in):
    browser, url = sign_in(iin), f"/meetings/{invited.id}"
    item = queries.items_of(invited.id)[0]
    for path in (
        "",
        "/agenda",
        "/minutes",
        "/minutes/versions/1",
        "/look-back",
        "/pledge",
        f"/items/{item.id}",
    ):
        answer = browser.get(f"{url}{path}")
        assert answer.status_code in {200, 303, 403, 404}, path
        assert SECRET not in answer.text, path


def test_every_opening_is_listed_for_the_host_alone(invited, iin, mori, hara, sign_in):
    factories.sign_pledge(iin)
    for path in ("", "/agenda", "/agenda", "/agenda.ics"):  # a day and a place are no folder
        assert sign_in(iin).get(f"/meetings/{invited.id}{path}").status_code == 200
    traces.writer.flush()
    (opening,) = members.openings(invited)
    assert (opening.person_id, opening.times) == (iin.person_id, 3)
    page = sign_in(hara).get(f"/meetings/{invited.id}/members").text
    assert page.count(iin.name) >= 2
    assert sign_in(iin).get(f"/meetings/{invited.id}/members").status_code == 403


@pytest.mark.both
def test_somebody_invited_by_link_finds_this_meeting_alone(invited, mori, sign_in, client, clock):
    attendee = factories.invite_to(invited, mori)
    browser, url = sign_in(mori), f"/meetings/{invited.id}/attendees/{attendee.id}/link"
    (organisation, *_rest) = members.member_organisations(mori)
    forms = (form_fields(form) for form in parsed(browser.get(url).text).iter("form"))
    (fields,) = (fields for fields in forms if "organisation_id" in fields)
    page = browser.post(url, data={**fields, "organisation_id": str(organisation[0])}).text
    assert "/invitations/" in page
    assert "/invitations/" not in browser.get(url).text, "the link is shown once"
    token = page.split("/invitations/")[1].split("<")[0]
    new = {"login": "fukushi", "name": "福士 一", "password": "kawaru-kaze-2026", "again": ""}
    new["again"] = new["password"]
    path = f"/invitations/{token}"
    (blank,) = (
        form_fields(form)
        for form in parsed(client.get(path).text).iter("form")
        if "login" in form_fields(form)
    )
    typed = {**blank, **{name: words for name, words in new.items() if name in blank}}
    assert client.post(path, data=typed).status_code == 303
    assert client.get(path).status_code == 410, "the link opens one account"
    member = factories.person_called("fukushi")
    visible = queries.get_meeting(member, invited.id)
    assert visible.id == invited.id
    other = factories.plan_meeting(mori)
    assert (
        db.session.scalar(
            sa.select(sa.func.count()).select_from(
                queries.meetings(
                    member, queries.MeetingFilter(), today=the_clock.today()
                ).subquery()
            )
        )
        == 1
    ), other.title
    with pytest.raises(ConflictError):
        links.make_link(invited, attendee, organisation[0], by=mori, at=clock.now())


def test_a_link_of_somebody_no_longer_invited_opens_nothing(invited, mori, clock):
    attendee = factories.invite_to(invited, mori)
    organisation_id, _name = members.member_organisations(mori)[0]
    invitation, _token = links.make_link(
        invited, attendee, organisation_id, by=mori, at=clock.now()
    )
    attendance.uninvite(invited, attendee, by=mori, at=clock.now())
    db.session.commit()
    assert db.session.get_one(Invitation, invitation.id).cancelled_at == clock.now()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_pages_are_sound(invited, mori, iin, sign_in, lang):
    attendee = factories.invite_to(invited, mori)
    factories.sign_pledge(iin)
    browser, url = sign_in(mori), f"/meetings/{invited.id}"
    browser.get(f"{url}/agenda")
    traces.writer.flush()
    for path in ("/members", f"/attendees/{attendee.id}/link", "/pledge"):
        assert_sound(browser.get(f"{url}{path}?lang={lang}").text, path, lang)
    assert_sound(sign_in(iin).get(f"{url}/pledge?lang={lang}").text, "/pledge", lang)


def test_those_invited_hear_of_another_day_and_that_it_is_off(meeting, item, mori, iin, clock):
    factories.invite_to(meeting, mori, iin.person_id)

    def change(**more):
        said = {name: getattr(meeting, name) for name in MEETING_FIELDS}
        draft = MeetingChange(**{**said, **more})
        preparing.change_meeting(meeting, draft, by=mori, at=clock.now())

    change(place="中央公民館")
    assert told(Event.MEETING_CHANGED) == [], "before publication nobody knows of it"
    factories.publish_meeting(meeting, mori)
    change(title="地域ケア推進会議（秋）")
    assert told(Event.MEETING_CHANGED) == [], "another title moves nobody"
    change(held_on=meeting.held_on + timedelta(days=7))
    assert told(Event.MEETING_CHANGED) == [iin.person_id]
    service.cancel(meeting, by=mori, at=clock.now())
    assert told(Event.MEETING_CANCELLED) == [iin.person_id]


def test_the_pledge_says_until_when_it_holds(invited, iin, sign_in, clock):
    url = f"/meetings/{invited.id}"
    assert "令和9年3月31日まで有効" in sign_in(iin).get(url).text
    clock.move(days=200)
    assert "令和10年3月31日まで有効" in sign_in(iin).get(url).text, "signed later it holds longer"
