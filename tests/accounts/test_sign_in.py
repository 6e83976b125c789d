"""The door: who gets in, for how long, and when it stays shut."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.accounts.conftest import account
from tracker.accounts import service
from tracker.accounts.models import Membership, Person, SignInAttempt, SignInSession
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.audit import AuditEntry
from tracker.core.db import db

NOT_RIGHT = "サインイン名またはパスワードが合っていません。"


def is_in(browser):
    """Does the first page open? Otherwise one is asked to sign in."""
    answer = browser.get("/")
    assert answer.status_code in {200, 303}
    return answer.status_code == 200


def sessions(**criteria):
    rows = sa.select(SignInSession).filter_by(**criteria).order_by(SignInSession.id)
    return db.session.scalars(rows).all()


# In, or not.


@pytest.mark.both
def test_with_the_right_password_one_is_in(client, enter):
    assert enter(client, "aoi").status_code == 303
    assert is_in(client)


def test_a_blank_behind_the_name_does_no_harm(client, enter):
    assert enter(client, " aoi ").status_code == 303


def test_a_wrong_password_is_refused(client, enter):
    answer = enter(client, "aoi", "not the password")
    assert (answer.status_code, NOT_RIGHT in answer.text) == (422, True)
    assert not is_in(client)


def _disable(login):
    service.disable_person(
        db.session.scalars(sa.select(Person).filter_by(login=login)).one(), at=the_clock.now()
    )
    db.session.commit()


def _told(answer, login):
    """The page without what was typed and without its token."""
    lines = answer.text.replace(f'value="{login}"', 'value=""').splitlines()
    return [line for line in lines if "csrf_token" not in line]


@pytest.mark.both
def test_unknown_wrong_and_closed_are_told_apart_by_nobody(client, enter):
    _disable("aoi")
    closed = _told(enter(client, "aoi"), "aoi")
    wrong = _told(enter(client, "kato", "not the password"), "kato")
    unknown = _told(enter(client, "nobody"), "nobody")
    assert closed == wrong == unknown


def test_a_refusal_does_not_show_the_password_again(client, enter):
    assert "not the password" not in enter(client, "aoi", "not the password").text


@pytest.mark.parametrize("login", ["a" * 61, "aoi\x00", "", "' or 1=1 --", "葛󠄀"])
def test_a_name_that_cannot_be_is_refused(client, enter, login):
    assert enter(client, login).status_code == 422


def test_an_endless_password_is_not_even_tried(client, enter):
    assert enter(client, "aoi", "x" * 129).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 0


def test_signing_in_is_in_the_audit_log(client, enter, aoi):
    enter(client, "aoi")
    last = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.verb, last.actor_id) == ("person.signed_in", aoi.person_id)


def test_a_try_is_kept_without_the_name_that_was_typed(client, enter):
    enter(client, "my password by mistake")
    (row,) = db.session.execute(sa.select(SignInAttempt.__table__)).all()
    assert "mistake" not in str(row)


# Too many tries.


def fail(enter, client, login="aoi", *, times=7):
    for _time in range(times):
        enter(client, login, "not the password")


@pytest.mark.both
def test_after_seven_failures_even_the_right_password_has_to_wait(client, enter):
    fail(enter, client)
    answer = enter(client, "aoi")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert "15分ほど待ってから" in answer.text


def test_after_six_failures_the_right_password_opens(client, enter):
    fail(enter, client, times=6)
    assert enter(client, "aoi").status_code == 303


def test_the_door_opens_again_by_itself_after_a_quarter_of_an_hour(client, enter, clock):
    fail(enter, client)
    clock.move(minutes=14, seconds=59)
    assert enter(client, "aoi").status_code == 429
    clock.move(seconds=1)
    assert enter(client, "aoi").status_code == 303


def test_waiting_does_not_get_longer_by_trying_meanwhile(client, enter, clock):
    fail(enter, client)
    clock.move(minutes=10)
    fail(enter, client)
    clock.move(minutes=5)
    assert enter(client, "aoi").status_code == 303


def test_failures_for_one_name_count_from_wherever_they_come(app, client, enter):
    for number in range(7):
        enter(client, "aoi", "no", environ_overrides={"REMOTE_ADDR": f"10.0.0.{number}"})
    assert enter(client, "aoi", environ_overrides={"REMOTE_ADDR": "10.0.1.1"}).status_code == 429


def test_failures_for_one_name_do_not_shut_the_door_for_another(client, enter):
    fail(enter, client)
    assert enter(client, "kato").status_code == 303


def test_the_same_name_in_capitals_is_the_same_name(client, enter):
    fail(enter, client, "AOI")
    assert enter(client, "aoi").status_code == 429


def test_twenty_five_failures_from_one_place_shut_the_door_for_that_place(client, enter):
    for number in range(25):
        enter(client, f"guess{number}", f"no{number}")
    assert enter(client, "kato").status_code == 429
    elsewhere = {"REMOTE_ADDR": "10.0.0.9"}
    assert enter(client, "kato", environ_overrides=elsewhere).status_code == 303


# The session.


def test_the_browser_gets_a_new_token_each_time(client, enter):
    tokens = set()
    for _time in range(2):
        enter(client, "aoi")
        with client.session_transaction() as cookie:
            tokens.add(cookie["_user_id"])
        client.post_form("/", to="/sign-out")
    assert len(tokens) == 2


def test_the_token_is_kept_as_a_hash_only(client, enter):
    enter(client, "aoi")
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    (session,) = sessions()
    assert (len(token) >= 43, session.token_hash == token) == (True, False)


def test_what_the_browser_held_before_signing_in_is_gone(client, enter):
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        before = cookie["csrf_token"]
        cookie["planted"] = "by somebody else"
    enter(client, "aoi")
    client.get("/")
    with client.session_transaction() as cookie:
        assert (cookie["csrf_token"] == before, "planted" in cookie) == (False, False)


@pytest.mark.both
def test_signing_out_ends_the_session_on_the_server(client, enter):
    enter(client, "aoi")
    kept = client.get_cookie("kakehashi").value
    assert client.post_form("/", to="/sign-out").status_code == 303
    client.set_cookie("kakehashi", kept)
    assert not is_in(client)


def test_signing_out_ends_one_session_and_not_the_others(sign_in, aoi):
    one, other = sign_in(aoi), sign_in(aoi)
    one.send("/sign-out")
    assert (is_in(one), is_in(other)) == (False, True)


def test_a_made_up_token_opens_nothing(client, app):
    client.carry("made up")
    assert not is_in(client)


@pytest.mark.parametrize(
    ("login", "minutes"),
    [("aoi", 60), ("sato", 30), ("mori", 30), ("ken", 30), ("iin", 30), ("kanri", 30)],
)
def test_a_session_ends_when_nobody_clicks(request, sign_in, clock, login, minutes):
    browser = sign_in(request.getfixturevalue(login))
    clock.move(minutes=minutes)
    assert is_in(browser)
    clock.move(minutes=minutes, seconds=61)
    assert not is_in(browser)


def _click_for(hours, browser, clock):
    for _click in range(int(hours * 3)):
        clock.move(minutes=20)
        browser.get("/")
        traces.writer.flush()


@pytest.mark.parametrize("login", ["aoi", "sato"])
def test_clicking_keeps_a_session_open(request, sign_in, clock, login):
    browser = sign_in(request.getfixturevalue(login))
    _click_for(4, browser, clock)
    assert is_in(browser)


@pytest.mark.parametrize("login", ["aoi", "sato"])
def test_a_session_ends_after_twelve_hours_however_much_one_clicks(request, sign_in, clock, login):
    browser = sign_in(request.getfixturevalue(login))
    _click_for(12, browser, clock)
    assert is_in(browser)
    clock.move(minutes=1)
    assert not is_in(browser)


def test_who_is_care_manager_and_officer_has_the_shorter_wait(sign_in, clock, aoi, mori):
    office = min(mori.organisation_ids())
    both = factories.make_person("both", min(aoi.organisation_ids()))
    factories.join(account(both), office, mori.standings[0].role)
    browser = sign_in(both)
    clock.move(minutes=31)
    assert not is_in(browser)


def test_who_is_signed_in_already_is_sent_on(sign_in, aoi):
    assert sign_in(aoi).get("/sign-in").location == "/"


# Rights end at once.


@pytest.mark.both
def test_somebody_whose_account_is_closed_is_out_with_the_next_request(sign_in, aoi):
    browser = sign_in(aoi)
    assert is_in(browser)
    _disable("aoi")
    assert not is_in(browser)


@pytest.mark.both
@pytest.mark.parametrize(("days", "status"), [(0, 200), (-1, 403)])
def test_a_membership_counts_until_its_last_day(sign_in, aoi, days, status):
    browser = sign_in(aoi)
    last = the_clock.today() + timedelta(days=days)
    mine = sa.update(Membership).where(Membership.person_id == aoi.person_id)
    db.session.execute(mine.values(until_on=last))
    db.session.commit()
    assert browser.get("/cases/").status_code == status


def test_a_membership_does_not_count_before_its_first_day(sign_in, aoi):
    mine = sa.update(Membership).where(Membership.person_id == aoi.person_id)
    db.session.execute(mine.values(from_on=the_clock.today() + timedelta(days=1)))
    db.session.commit()
    assert sign_in(aoi).get("/cases/").status_code == 403


def test_who_belongs_nowhere_today_can_sign_in_and_sees_nothing(client, enter, aoi):
    mine = sa.update(Membership).where(Membership.person_id == aoi.person_id)
    db.session.execute(mine.values(until_on=the_clock.today() - timedelta(days=1)))
    db.session.commit()
    enter(client, "aoi")
    assert {client.get(url).status_code for url in ("/cases/", "/people/", "/cases/1")} == {403}


def test_a_new_role_counts_with_the_next_request(sign_in, aoi, sato):
    browser = sign_in(aoi)
    assert browser.get("/triage/").status_code == 403
    factories.join(account(aoi), min(sato.organisation_ids()), sato.standings[0].role)
    assert browser.get("/triage/").status_code == 200


# Demo accounts, whose password everybody can read.


def test_a_demo_account_opens_on_this_machine(client, enter):
    assert enter(client, "aoi", base_url="http://127.0.0.1:8000").status_code == 303


SHUT = {
    "behind TLS": ({"BEHIND_TLS": True}, {}),
    "without TRACKER_DEMO": ({"DEMO": False}, {}),
    "from a proxy": ({}, {"headers": {"X-Forwarded-For": "10.0.0.1"}}),
    "from a proxy that says its name": ({}, {"headers": {"X-Forwarded-Host": "localhost"}}),
    "under a name that is not local": ({}, {"base_url": "http://kakehashi.town.example"}),
}


@pytest.mark.parametrize("circumstance", SHUT)
def test_a_demo_account_stays_shut(app, client, enter, circumstance):
    settings, how = SHUT[circumstance]
    app.config.update(settings)
    app.config["TRUSTED_HOSTS"] = [*app.config["TRUSTED_HOSTS"], "kakehashi.town.example"]
    answer = enter(client, "aoi", **how)
    assert (answer.status_code, NOT_RIGHT in answer.text) == (422, True)


@pytest.mark.parametrize("circumstance", SHUT)
def test_a_demo_session_that_is_open_ends(app, sign_in, aoi, circumstance):
    browser = sign_in(aoi)
    settings, how = SHUT[circumstance]
    app.config.update(settings)
    app.config["TRUSTED_HOSTS"] = [*app.config["TRUSTED_HOSTS"], "kakehashi.town.example"]
    assert browser.get("/cases/", **how).status_code == 303


def test_a_demo_account_stays_shut_behind_a_proxy_of_the_standard(client, enter):
    headers = {"Forwarded": "for=10.0.0.1;host=localhost"}
    assert enter(client, "aoi", headers=headers).status_code == 422


@pytest.mark.parametrize("circumstance", SHUT)
def test_an_account_of_our_own_opens_all_the_same(app, client, enter, natsu, circumstance):
    settings, how = SHUT[circumstance]
    app.config.update(settings)
    app.config["TRUSTED_HOSTS"] = [*app.config["TRUSTED_HOSTS"], "kakehashi.town.example"]
    assert enter(client, "natsu", factories.PASSWORD, **how).status_code == 303


def test_the_demo_password_is_not_shown_where_it_opens_nothing(app, client):
    app.config["DEMO"] = False
    assert "kakehashi-demo" not in client.get("/sign-in").text
