"""Showing again who one is: before what is asked, and with what had been sent kept."""

import pytest

from tests import factories
from tests.accounts.conftest import DEMO_PASSWORD, account
from tests.client import form_fields, parsed
from tests.factories import person_called
from tracker.accounts import sending_again
from tracker.accounts.models import Membership, Person
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.db import db
from tracker.privacy.exports.leaving import ASKED, NOT_ASKED, is_file

TYPED = {"purpose": "meeting", "note": "買い物の相談を、次の会議のために並べて読みたい。"}
NEW_FILE = "/audit/exports/new?kind=cases"


@pytest.fixture
def real(app):
    """This account is no demo account any more, so that it is asked."""

    def make(login):
        person = db.session.get_one(Person, person_called(login).person_id)
        person.is_demo = False
        db.session.commit()
        return person_called(login)

    return make


@pytest.fixture
def late(real, sign_in, aoi, clock):
    """Mori sends the form of a file eleven minutes after she signed in; browser and answer."""
    factories.make_case(by=aoi)
    browser = sign_in(real("mori"))
    form = parsed(browser.get(NEW_FILE).text).find(".//form[@class='form']")
    clock.move(minutes=11)
    return browser, browser.post(NEW_FILE, data={**form_fields(form), **TYPED})


def shown(browser, answer, password=DEMO_PASSWORD):
    """What comes after the password was typed into this page."""
    form = parsed(answer.text).find(".//form[@class='form']")
    typed = {**form_fields(form), "password": password}
    return browser.post(form.get("action") or "/account/sure", data=typed)


def sent_on(browser, answer):
    """What comes after the one button of this page was pressed."""
    form = parsed(answer.text).find(".//form[@class='form']")
    return browser.post(form.get("action"), data=form_fields(form))


def test_what_was_sent_too_late_is_sent_on_by_one_press(late):
    browser, answer = late
    assert answer.status_code == 401
    again = shown(browser, answer)
    assert (again.status_code, TYPED["note"] in again.text) == (200, True)
    done = sent_on(browser, again)
    assert done.status_code == 303
    assert TYPED["note"] in browser.get(done.location).text


def test_a_wrong_password_loses_nothing(late):
    browser, answer = late
    wrong = shown(browser, answer, "not the password")
    assert wrong.status_code == 422
    again = shown(browser, wrong)
    assert TYPED["note"] in again.text
    assert sent_on(browser, again).status_code == 303


def test_it_waits_for_half_an_hour_and_for_one_person(late, clock, aoi):
    browser, answer = late
    sealed = parsed(answer.text).find(".//input[@name='kept']").get("value")
    now = the_clock.now()
    with browser.application.test_request_context():
        assert sending_again.opened(sealed, person_called("mori").person_id, now) is not None
        assert sending_again.opened(sealed, aoi.person_id, now) is None
        assert sending_again.opened(sealed + "x", person_called("mori").person_id, now) is None
    clock.move(minutes=15)
    browser.get("/")
    traces.writer.flush()
    clock.move(minutes=16)
    too_late = shown(browser, answer)
    assert too_late.status_code == 303
    assert "もう一度入力" in browser.get(too_late.location).text


def test_a_button_that_came_too_late_is_pressed_for_one(sign_in, real, natsu, clock):
    mori = real("mori")
    db.session.query(Membership).filter_by(person_id=mori.person_id).update({"may_invite": True})
    db.session.commit()
    browser, url = sign_in(mori), f"/people/{natsu.person_id}"
    browser.get(url)
    clock.move(minutes=11)
    asked = browser.send(f"{url}/new-password", headers={"Referer": f"http://localhost{url}"})
    again = shown(browser, asked)
    assert parsed(again.text).find(f".//a[@href='{url}']") is not None
    assert sent_on(browser, again).status_code == 200
    assert browser.get(url).status_code == 200


# What is asked for.


def test_every_file_is_asked_for_or_says_why_not(app):
    rules = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    views = app.view_functions
    files = {name for name, rule in rules.items() if is_file(rule) and name != "static"}
    asked_by_itself = {name for name in files if hasattr(views[name], "asks_again")}
    assert files - asked_by_itself - set(ASKED) - set(NOT_ASKED) == set()
    assert not (set(ASKED) | set(NOT_ASKED)) - set(rules)
    assert not set(ASKED) & set(NOT_ASKED)


def test_words_and_names_leave_after_one_has_shown_who_one_is(sign_in, real, aoi, clock):
    case = factories.make_case(by=aoi)
    browser = sign_in(real("aoi"))
    url = f"/cases/{case.id}/sheet.pdf"
    clock.move(minutes=11)
    asked = browser.get(url)
    assert asked.location == f"/account/sure?next={url}"
    assert browser.get(f"/cases/{case.id}").status_code == 200
    typed = {"password": DEMO_PASSWORD}
    assert browser.post_form(asked.location, typed).location == url
    assert browser.get(url).mimetype == "application/pdf"


def test_figures_leave_without_it(sign_in, real, clock):
    browser = sign_in(real("mori"))
    clock.move(minutes=11)
    assert browser.get("/matrix/counts.csv").status_code == 200
    assert browser.get("/actions/list.csv").status_code == 303


def test_who_may_not_have_it_is_not_asked(sign_in, real, clock):
    browser = sign_in(real("kanri"))
    clock.move(minutes=11)
    assert browser.get("/actions/list.csv").status_code == 403


def test_rights_are_looked_at_after_it(sign_in, real, clock):
    browser = sign_in(real("kanri"))
    clock.move(minutes=11)
    assert browser.get("/people/review/").status_code == 200
    assert browser.send("/people/review/", {"row": "1"}).status_code == 401


# A new mail address: links for a new password go there.


def change_address(browser, email, **more):
    """The form of one's account with this address; its answer."""
    return browser.post_form("/account/", {"email": email, **more}, to="/account/")


def test_a_new_mail_address_needs_it_and_nothing_else_does(sign_in, natsu, clock):
    browser = sign_in(natsu)
    clock.move(minutes=11)
    assert change_address(browser, "", name="夏川 若葉").status_code == 303
    asked = change_address(browser, "thief@elsewhere.example", name="盗 人")
    assert asked.status_code == 401
    assert (account(natsu).email, account(natsu).name) == (None, "夏川 若葉")
    again = shown(browser, asked, factories.PASSWORD)
    assert sent_on(browser, again).status_code == 303
    assert account(natsu).email == "thief@elsewhere.example"
