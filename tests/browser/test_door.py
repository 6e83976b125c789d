"""The door in a real browser: a second step, a sign-in ended from elsewhere, too many tries."""

import re
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.site import PHONE, Screen, Site
from tests.browser.test_accessibility import grave
from tracker.accounts import service
from tracker.accounts.models import Membership
from tracker.accounts.roles import Role
from tracker.accounts.service import NewPerson
from tracker.core import clock
from tracker.core.db import db


@pytest.fixture
def haru(site: Site) -> str:
    """An officer of Mori's department with an account of her own; her sign-in name."""
    with site.app.app_context():
        mori = factories.person_called("mori")
        home = min(mori.organisation_ids(Role.OFFICER))
        token = factories.invite(mori, home, Role.OFFICER)
        draft = NewPerson("haru", "春野 光", None, factories.PASSWORD, "ja")
        person = service.accept_invitation(token, draft, at=clock.now(), today=clock.today())
        db.session.query(Membership).filter_by(person_id=person.id).update({"may_invite": True})
        db.session.commit()
    return "haru"


def type_password(page: Page, login: str, password: str = factories.PASSWORD) -> None:
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("main button[type=submit]")


def test_haru_sets_up_an_app_gets_in_and_ends_a_window_elsewhere(
    site: Site, screen: Callable[..., Screen], haru: str
) -> None:
    desk = screen()
    page = desk.open("/sign-in")
    type_password(page, haru)
    expect(page.locator("h1")).to_have_text("サインインの2段階目を設定する")
    assert grave(page) == []
    assert page.evaluate("document.querySelector('img.qr').naturalWidth") > 100
    seed = page.locator("main .typed code").inner_text().replace(" ", "")
    app = pyotp.TOTP(seed)
    now = int(clock.now().timestamp())
    page.fill("[name=code]", app.at(now))
    page.click("main button[type=submit]")
    recovery = page.locator("main li code").all_inner_texts()
    assert len(recovery) == 10
    page.click("main a.button")
    page.wait_for_url(f"{site.url}/")

    phone = screen(size=PHONE)
    other = phone.open("/sign-in")
    type_password(other, haru)
    expect(other.locator("h1")).to_have_text("サインインの2段階目")
    assert phone.overflow() == 0
    other.fill("[name=code]", recovery[0].lower())
    other.press("[name=code]", "Enter")
    other.wait_for_url(f"{site.url}/")

    page = desk.open("/account/")
    page.get_by_role("button", name="このサインインを終える").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    other.goto(f"{site.url}/account/")
    other.wait_for_url(re.compile(r"/sign-in\?next="))


def test_after_seven_wrong_passwords_the_page_says_how_long_to_wait(
    site: Site, screen: Callable[..., Screen]
) -> None:
    window = screen()
    page = window.open("/sign-in")
    for _ in range(8):
        type_password(page, "kato", "not the password")
    expect(page.locator(".error-summary")).to_contain_text("15分ほど待ってから")
    window.troubles = [trouble for trouble in window.troubles if "429" not in trouble]
