"""What people are is changed; every old session, link and invitation feels it at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tests import factories
from tests.client import parsed
from tracker.accounts.changing import closings, queries, service
from tracker.accounts.models import Membership, Person, SignInSession
from tracker.accounts.roles import Role
from tracker.accounts.standing import viewer_of
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.exchange.calendar import service as calendar


def row_of(person):
    rows = sa.select(Membership).where(Membership.person_id == person.person_id)
    loaded = rows.options(joinedload(Membership.organisation))
    return db.session.scalars(loaded.order_by(Membership.id)).first()


def roles_of(person):
    found = viewer_of(person.person_id, today=the_clock.today())
    return {(s.role, s.organisation_id) for s in found.standings}


def draft(role=Role.AGENCY, until_on=None, *, may_invite=False, is_head=False):
    return service.MembershipDraft(role, until_on, may_invite=may_invite, is_head=is_head)


def change(person, by, **what):
    service.change(row_of(person), draft(**what), by=by, at=the_clock.now())
    db.session.commit()


def close(person, by):
    account = db.session.get_one(Person, person.person_id)
    why = closings.Closing(closings.ClosingReason.LEFT)
    service.suspend(account, why, by=by, at=the_clock.now(), today=the_clock.today())
    db.session.commit()


@pytest.fixture
def haru(app, hara):
    """A colleague in the officers' department, who may invite."""
    home = min(hara.organisation_ids(Role.OFFICER))
    return factories.make_person("haru", home, Role.OFFICER, may_invite=True)


def test_mori_makes_hara_the_head_and_lets_her_invite(sign_in, mori, hara):
    page = f"/people/memberships/{row_of(hara).id}"
    answer = sign_in(mori).post_form(page, {"may_invite": "y", "is_head": "y"})
    assert answer.location == f"/people/{hara.person_id}"
    found = row_of(hara)
    assert (found.may_invite, found.is_head, found.version) == (True, True, 2)
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(verb="membership.changed")).one()
    assert (entry.facts["was"]["is_head"], entry.facts["now"]["is_head"]) == (False, True)
    assert entry.chain == 98201


def test_a_change_seen_too_late_is_a_conflict(sign_in, mori, hara):
    page, browser = f"/people/memberships/{row_of(hara).id}", sign_in(mori)
    assert browser.post_form(page, {"is_head": "y", "version": "0"}).status_code == 409
    assert row_of(hara).is_head is False


@pytest.mark.parametrize(
    ("who", "whom"),
    [("hara", "mori"), ("mori", "kanri"), ("mori", "kansa"), ("mori", "yama"), ("sato", "nishi")],
)
def test_who_could_not_have_invited_somebody_cannot_change_them(app, request, who, whom):
    by, person = request.getfixturevalue(who), request.getfixturevalue(whom)
    if (who, whom) == ("mori", "yama"):
        change(person, by, role=Role.MEMBER)  # Yama is of the council: this is the officers' to do
        return
    with pytest.raises(NotAllowedError):
        change(person, by, role=row_of(person).role)


def test_nobody_changes_what_they_are_themselves(app, mori):
    with pytest.raises(NotAllowedError):
        change(mori, mori, role=Role.OFFICER, is_head=True)


def test_nobody_gives_a_role_beyond_what_they_may_invite_to(app, mori, hara):
    with pytest.raises(InvalidInputError):
        change(hara, mori, role=Role.ADMINISTRATOR)


@pytest.mark.parametrize(("who", "status"), [("tani", 404), ("ono", 404), ("hara", 403)])
def test_strangers_do_not_learn_of_a_membership(request, sign_in, aoi, who, status):
    browser = sign_in(request.getfixturevalue(who))
    for end in ("", "/move"):
        assert browser.get(f"/people/memberships/{row_of(aoi).id}{end}").status_code == status


# The very next request.


def test_a_role_taken_is_gone_with_the_next_request_of_an_old_session(sign_in, clock, mori, hara):
    old = sign_in(hara)
    assert old.get("/issues/").status_code == 200
    change(hara, mori, role=Role.OFFICER, until_on=the_clock.today())
    assert old.get("/issues/").status_code == 200
    clock.move(days=1)
    assert sign_in(hara).get("/issues/").status_code == 403


def test_a_closed_account_ends_session_invitation_calendar_and_reset_link(
    sign_in, client, mori, haru
):
    old = sign_in(haru)
    invitation = factories.invite(haru, min(haru.organisation_ids()), Role.OFFICER)
    reset = factories.reset_link(haru, by=mori)
    feed = calendar.make_address(by=haru, at=the_clock.now())
    db.session.commit()
    links = [f"/invitations/{invitation}", f"/sign-in/new-password/{reset}"]
    links.append(feed_address(client, feed))
    assert [client.get(link).status_code for link in links] == [200, 200, 200]
    close(haru, mori)
    assert old.get("/").status_code == 303
    assert [client.get(link).status_code for link in links] == [410, 404, 404]


def feed_address(client, token):
    with client.application.test_request_context():
        return client.application.url_for("exchange.calendar_feed", feed_token=token)


def test_an_account_that_is_taken_up_again_opens_nothing_of_before(sign_in, client, mori, haru):
    old = sign_in(haru)
    reset = factories.reset_link(haru, by=mori)
    close(haru, mori)
    account = db.session.get_one(Person, haru.person_id)
    service.take_up_again(account, by=mori, at=the_clock.now(), today=the_clock.today())
    db.session.commit()
    assert old.get("/").status_code == 303
    assert client.get(f"/sign-in/new-password/{reset}").status_code == 404
    db.session.execute(sa.select(SignInSession))
    assert roles_of(haru)


def test_the_right_to_invite_taken_voids_the_open_invitation(client, mori, haru):
    token = factories.invite(haru, min(haru.organisation_ids()), Role.OFFICER)
    change(haru, mori, role=Role.OFFICER, may_invite=False)
    assert client.get(f"/invitations/{token}").status_code == 410


def test_closing_and_opening_on_the_page(sign_in, mori, haru):
    browser, page = sign_in(mori), f"/people/{haru.person_id}/suspend"
    assert browser.post_form(page).status_code == 422
    assert browser.post_form(page, {"reason": "other"}).status_code == 422
    why = {"reason": "other", "sentence": "研修のあいだ使わない。"}
    assert browser.post_form(page, why).status_code == 303
    shown = browser.get(f"/people/{haru.person_id}").text
    assert "アカウントを再開する" in shown
    assert "森 智子" in shown
    assert "研修のあいだ使わない。" in shown
    assert browser.post_form(page).status_code == 303
    assert db.session.get_one(Person, haru.person_id).disabled_at is None


def test_why_an_account_was_closed_stands_coded_in_the_log(app, mori, haru):
    close(haru, mori)
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(verb="person.disabled")).one()
    assert (entry.facts["now"], entry.actor_id) == ({"reason": "left"}, mori.person_id)
    closed = closings.last_closing(haru.person_id)
    assert (closed.by, closed.sentence) == ("森 智子", "")
    assert closed.reason is closings.ClosingReason.LEFT
    assert closings.last_closing(mori.person_id) is None


def test_only_who_may_change_everything_somebody_is_may_close_the_account(app, sato, aoi, mori):
    person = db.session.get_one(Person, aoi.person_id)
    factories.join(person, min(mori.organisation_ids()), Role.OFFICER)
    with pytest.raises(NotAllowedError):
        close(aoi, sato)


def test_closing_twice_is_a_conflict(app, mori, haru):
    close(haru, mori)
    with pytest.raises(ConflictError):
        close(haru, mori)


# Moving, and another role.


@pytest.mark.both
def test_aoi_moves_to_katos_office_on_a_day(app, clock, mori, aoi, kato):
    home, goal = (min(one.organisation_ids(Role.AGENCY)) for one in (aoi, kato))
    on = the_clock.today() + timedelta(days=3)
    who = {"by": mori, "at": the_clock.now(), "today": the_clock.today()}
    service.move(row_of(aoi), goal, Role.AGENCY, on=on, **who)
    db.session.commit()
    assert roles_of(aoi) == {(Role.AGENCY, home)}
    clock.move(days=3)
    assert roles_of(aoi) == {(Role.AGENCY, goal)}


def test_a_case_stays_in_the_office_one_has_left(sign_in, clock, mori, aoi, kato):
    case = factories.make_case(by=aoi)
    goal = min(kato.organisation_ids(Role.AGENCY))
    on = the_clock.today() + timedelta(days=1)
    page = f"/people/memberships/{row_of(aoi).id}/move"
    wish = {"organisation": str(goal), "role": "agency", "on": on.isoformat()}
    answer = sign_in(mori).post_form(page, wish)
    assert answer.status_code == 303
    assert sign_in(aoi).get(f"/cases/{case.id}").status_code == 200
    clock.move(days=1)
    assert sign_in(aoi).get(f"/cases/{case.id}").status_code == 404


@pytest.mark.parametrize("days", [-1, -400])
def test_nobody_moves_in_the_past(app, mori, aoi, kato, days):
    goal = min(kato.organisation_ids(Role.AGENCY))
    on = the_clock.today() + timedelta(days=days)
    who = {"by": mori, "at": the_clock.now(), "today": the_clock.today()}
    with pytest.raises(InvalidInputError):
        service.move(row_of(aoi), goal, Role.AGENCY, on=on, **who)


def test_nobody_is_moved_to_where_one_may_not_invite(app, sato, aoi, kato):
    goal = min(kato.organisation_ids(Role.AGENCY))
    on = the_clock.today() + timedelta(days=1)
    who = {"by": sato, "at": the_clock.now(), "today": the_clock.today()}
    with pytest.raises(NotFoundError):  # the west is not Sato's to know
        service.move(row_of(aoi), goal, Role.AGENCY, on=on, **who)


def test_another_role_is_given_on_the_page_once(sign_in, mori, aoi, kato):
    goal = min(kato.organisation_ids(Role.AGENCY))
    page, browser = f"/people/{aoi.person_id}/memberships/new", sign_in(mori)
    assert browser.post_form(page, {"organisation": str(goal), "role": "agency"}).status_code == 303
    assert len(roles_of(aoi)) == 2
    assert browser.post_form(page, {"organisation": str(goal), "role": "agency"}).status_code == 422


def test_a_wish_for_more_is_not_taken_from_the_form(sign_in, mori, aoi, kato):
    page, browser = f"/people/{aoi.person_id}/memberships/new", sign_in(mori)
    key = parsed(browser.get(page).text).find(".//input[@name='request_key']").get("value")
    goal = min(mori.organisation_ids())
    wish = {"organisation": str(goal), "role": "administrator", "from_on": "2026-11-24"}
    fields = {"request_key": key, **wish}
    assert browser.send(page, fields).status_code == 422
    assert len(roles_of(aoi)) == 1


# Who sees what of whom, and the list of rights.


def test_the_last_sign_in_is_for_those_who_look_after_the_account(sign_in, mori, hara, aoi):
    sign_in(aoi)
    page = f"/people/{aoi.person_id}"
    assert "最後のサインイン" in sign_in(mori).get(page).text
    assert "最後のサインイン" not in sign_in(hara).get(page).text


def test_the_list_of_rights_is_looked_at_and_then_empty_until_next_quarter(
    sign_in, clock, sato, aoi
):
    browser = sign_in(sato)
    page = browser.get("/people/review/").text
    keys = [box.get("value") for box in parsed(page).iter("input") if box.get("name") == "row"]
    assert str(row_of(aoi).id) in keys
    token = parsed(page).find(".//input[@name='request_key']").get("value")
    sent = browser.send("/people/review/", {"request_key": token, "row": keys})
    assert sent.status_code == 303
    assert row_of(aoi).reviewed_by_id == sato.person_id
    assert "全員の確認が済んでいます" in browser.get("/people/review/").text
    clock.move(days=60)
    assert "青井 みどり" in sign_in(sato).get("/people/review/").text


def test_a_changed_right_is_to_be_looked_at_again(app, mori, hara):
    at, today = the_clock.now(), the_clock.today()
    service.look_at([row_of(hara).id], by=mori, at=at, today=today)
    change(hara, mori, role=Role.OFFICER, is_head=True)
    assert row_of(hara).reviewed_at is None


@pytest.mark.both
def test_rights_of_strangers_cannot_be_listed_or_looked_at(app, mori, tani, ono):
    today = the_clock.today()
    rows = db.session.execute(queries.rights(mori, today=today)).all()
    assert {row.login for row in rows}.isdisjoint({"tani", "ono"})
    with pytest.raises(InvalidInputError):
        service.look_at([row_of(ono).id], by=mori, at=the_clock.now(), today=today)
    with pytest.raises(NotAllowedError):
        service.look_at([row_of(ono).id], by=ono, at=the_clock.now(), today=today)


def test_the_list_of_rights_as_a_file(sign_in, mori):
    text = sign_in(mori).get("/people/review.csv").data.decode("utf-8-sig")
    assert "青井 みどり" in text
    assert "小野" not in text
