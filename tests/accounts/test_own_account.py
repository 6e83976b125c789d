"""One's own account: name, mail, language, password, and where one is signed in."""

import pytest
import sqlalchemy as sa

from tests import factories
from tests.accounts.conftest import account
from tracker.accounts import passwords, signing_in
from tracker.accounts.models import SignInSession
from tracker.core.db import db
from tracker.core.errors import InvalidInputError, NotAllowedError

NEW = "four blue bicycles"


@pytest.fixture
def change_password(sign_in, natsu):
    """Natsu changes her password at this browser, or at a new one."""

    def send(browser=None, old=factories.PASSWORD, new=NEW, again=None):
        fields = {"old_password": old, "password": new, "again": new if again is None else again}
        browser = browser or sign_in(natsu)
        return browser.post_form("/account/", fields, to="/account/password")

    return send


# The password.


@pytest.mark.both
def test_the_new_password_opens_and_the_old_one_does_not(client, enter, change_password):
    assert change_password().status_code == 303
    assert enter(client, "natsu", factories.PASSWORD).status_code == 422
    assert enter(client, "natsu", NEW).status_code == 303


@pytest.mark.both
def test_a_new_password_ends_every_other_session(sign_in, natsu, change_password):
    here, elsewhere = sign_in(natsu), sign_in(natsu)
    change_password(here)
    assert (here.get("/").status_code, elsewhere.get("/").status_code) == (200, 303)


def test_a_new_password_ends_nobody_elses_session(sign_in, aoi, change_password):
    browser = sign_in(aoi)
    change_password()
    assert browser.get("/").status_code == 200


def test_without_the_present_password_there_is_no_new_one(client, enter, change_password):
    answer = change_password(old="not the password")
    assert (answer.status_code, "現在のパスワード" in answer.text) == (422, True)
    assert enter(client, "natsu", factories.PASSWORD).status_code == 303


def test_the_new_password_has_to_be_typed_twice_alike(change_password):
    assert change_password(again="four blue bicycle").status_code == 422


def test_a_refused_change_ends_no_session(sign_in, natsu, change_password):
    elsewhere = sign_in(natsu)
    change_password(old="not the password")
    assert elsewhere.get("/").status_code == 200


@pytest.mark.parametrize(
    "password",
    [
        "x" * 6 + "ylophone",
        "新しい傘を九本買いました",
        "あ い う え お か ",
        "川の向こうの店まで歩いて行く道は" * 8,
        "ﾊﾝｶｸ ﾓｼﾞ ﾖﾛｼｲ",
    ],
)
def test_any_twelve_characters_that_are_hard_to_guess_are_good(password):
    passwords.check(password, login="natsu")
    assert passwords.matches(passwords.hashed(password), password)


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "x" * 129,
        "aaaaaaaaaaaaaa",
        "abababababab",
        "kakehashi-demo",
        "KAKEHASHI-2026",
        "password1234",
        "パスワードパスワード123",
        "natsu-natsu-natsu",
        "chiiki-kaigo-1",
    ],
)
def test_a_password_that_is_short_or_easy_to_guess_is_refused(app, password):
    with pytest.raises(InvalidInputError) as refusal:
        passwords.check(password, login="natsu")
    assert refusal.value.field == "password"


def test_a_password_is_kept_as_an_argon2id_hash(app, natsu):
    assert account(natsu).password_hash.startswith("$argon2id$")


# Where one is signed in.


def test_the_page_shows_every_session_that_has_not_ended(sign_in, aoi):
    browser = sign_in(aoi)
    sign_in(aoi)
    assert browser.get("/account/").text.count('<tr><th scope="row">tests') == 2


@pytest.mark.both
def test_one_can_sign_out_everywhere_else(sign_in, aoi, kato):
    here, elsewhere, somebody = sign_in(aoi), sign_in(aoi), sign_in(kato)
    assert here.send("/account/sessions/end").status_code == 303
    assert [browser.get("/").status_code for browser in (here, elsewhere, somebody)] == [
        200,
        303,
        200,
    ]


def test_nobody_ends_the_session_of_somebody_else(app, sign_in, clock, aoi, kato):
    sign_in(kato)
    theirs = db.session.scalar(sa.select(SignInSession.id))
    with pytest.raises(NotAllowedError):
        signing_in.end_session(theirs, by=aoi, at=clock.now())


def test_a_browser_is_told_apart_by_name_and_system(client, enter):
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 Edg/140"
    enter(client, "aoi", headers={"User-Agent": agent})
    assert db.session.scalar(sa.select(SignInSession.browser)) == "Edge Windows"


# What others see of one.


@pytest.mark.both
def test_name_mail_and_language_can_be_changed(sign_in, aoi):
    fields = {"name": "青井 緑", "email": "midori@miharashi.example", "language": "en"}
    assert sign_in(aoi).post_form("/account/", fields).status_code == 303
    row = account(aoi)
    assert (row.name, row.email, row.language) == tuple(fields.values())


def test_the_page_speaks_the_language_of_its_person(sign_in, aoi):
    browser = sign_in(aoi)
    browser.post_form("/account/", {"language": "en"})
    assert '<html lang="en"' in browser.get("/account/").text


def test_mails_can_be_stopped(sign_in, aoi):
    sign_in(aoi).post_form("/account/", {"wants_mail": None})
    assert account(aoi).wants_mail is False


@pytest.mark.parametrize(
    "address", ["aoi", "aoi@", "a b@c.example", "aoi@example..jp", "@b.example"]
)
def test_what_is_no_mail_address_is_refused(sign_in, aoi, address):
    answer = sign_in(aoi).post_form("/account/", {"email": address})
    assert answer.status_code == 422
    assert account(aoi).email == "aoi@miharashi.example"


def test_an_account_changed_in_another_window_is_not_overwritten(sign_in, aoi):
    browser = sign_in(aoi)
    typed = {"name": "青井 みどりと申します", "language": "ja", "version": "1"}
    typed |= {"mail_own": "at_once", "mail_news": "weekly"}
    browser.post_form("/account/", {"name": "青井 緑"})
    answer = browser.send("/account/", typed)
    assert (answer.status_code, account(aoi).name) == (409, "青井 緑")
    assert "青井 みどりと申します" in answer.text


@pytest.mark.parametrize("version", ["", "x", "0", "99", "-1"])
def test_a_version_that_was_never_shown_is_refused(sign_in, aoi, version):
    typed = {"name": "青井 緑", "language": "ja", "version": version}
    assert sign_in(aoi).send("/account/", typed).status_code in {409, 422}
    assert account(aoi).name == "青井 みどり"
