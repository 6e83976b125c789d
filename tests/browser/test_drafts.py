"""No word of a half-filed case is lost: not with the sign-in, the server, nor with Back."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests.browser.site import Screen, Site
from tests.browser.test_half_chain import SUMMARY, choose_type, fill_in, submit
from tests.factories import person_called
from tests.servers import LiveServer
from tracker import demo
from tracker.accounts.models import SignInSession
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.drafts import Draft

MORE = "そのあと、薬も受け取ってきました。"
MY_NUMBER = "123456789018"
FILED = re.compile(r"/cases/\d+$")
STATE = "#draft-state"


@pytest.fixture(autouse=True)
def _no_drafts(site: Site) -> None:
    """Nobody has a draft yet."""
    with site.app.app_context():
        db.session.execute(sa.delete(Draft))
        db.session.commit()


def end_sessions(site: Site) -> None:
    """On the server every session is over."""
    with site.app.app_context():
        db.session.execute(sa.update(SignInSession).values(ended_at=SignInSession.started_at))
        db.session.commit()


def drafted(site: Site) -> list[str]:
    """What happened, in Aoi's drafts."""
    with site.app.app_context():
        mine = sa.select(Draft).where(Draft.person_id == person_called("aoi").person_id)
        return [draft.fields["summary"] for draft in db.session.scalars(mine)]


def filed(site: Site) -> int:
    """How many cases there are."""
    with site.app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Case)) or 0


def nothing_is_awaited(page: Page) -> None:
    """Every panel has its answer: an hour that flies by would be too long to wait for one."""
    expect(page.locator(".htmx-request")).to_have_count(0)


def fill_all(page: Page) -> None:
    """A case that can be filed."""
    choose_type(page, "HK03")
    page.fill("#summary", SUMMARY)
    fill_in(page)
    promise(page)


def promise(page: Page) -> None:
    """What is promised at the moment of sending, and never in a draft."""
    if page.locator("#conduct").count():
        page.check("#conduct")


def sign_in_here(page: Page, login: str = "aoi") -> None:
    """Somebody signs in on the page that is shown."""
    page.fill("[name=login]", login)
    page.fill("[name=password]", demo.PASSWORD)
    page.click("main button[type=submit]")


def expected_trouble(window: Screen, status: int) -> None:
    """The browser has noted this refusal, and it was meant."""
    refusal = f"status of {status}"
    assert any(refusal in trouble for trouble in window.troubles), window.troubles
    window.troubles[:] = [trouble for trouble in window.troubles if refusal not in trouble]


# The sign-in ends.


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_aoi_signs_in_again_finds_her_words_and_files(site, screen, scripts):
    window = screen("aoi", java_script_enabled=scripts)
    page = window.open("/cases/new")
    fill_all(page)
    end_sessions(site)
    before = filed(site)
    submit(page)
    expect(page.locator("main")).to_contain_text("入力した内容は、この画面に残しています")
    sign_in_here(page)
    expect(page.locator("main")).to_contain_text("に保存した下書きです")
    expect(page.locator("#summary")).to_have_value(SUMMARY)
    expect(page.locator("#minutes_each")).to_have_value("40")
    assert filed(site) == before
    promise(page)
    submit(page)
    page.wait_for_url(FILED)
    assert (filed(site), drafted(site)) == (before + 1, [])
    expected_trouble(window, 401)


def test_a_my_number_is_gone_when_the_words_come_back(site, screen):
    window = screen("aoi")
    page = window.open("/cases/new")
    end_sessions(site)
    page.fill("#summary", f"{SUMMARY}番号は{MY_NUMBER}です。")
    submit(page)
    expect(page.locator("[name=kept]")).to_have_count(1)
    assert MY_NUMBER not in page.content()
    sign_in_here(page)
    expect(page.locator("#summary")).to_have_value(f"{SUMMARY}番号は●●●です。")
    assert drafted(site) == [f"{SUMMARY}番号は●●●です。"]
    expected_trouble(window, 401)


def test_the_line_says_that_aoi_is_signed_out_and_leads_to_the_sign_in(site, screen):
    window = screen("aoi")
    page = window.open("/cases/new")
    end_sessions(site)
    page.fill("#summary", SUMMARY)
    expect(page.locator(STATE)).to_contain_text("サインアウトしています")
    expect(page.locator("#summary")).to_have_value(SUMMARY)
    expect(page.locator("#check")).not_to_contain_text("パスワード")
    with window.context.expect_page() as opened:
        page.click(f"{STATE} a")
    tab = opened.value
    sign_in_here(tab)
    tab.wait_for_url(f"{site.url}/")
    page.fill("#summary", SUMMARY + MORE)
    expect(page.locator(STATE)).to_contain_text("保存しました")
    assert drafted(site) == [SUMMARY + MORE]
    fill_all(page)
    submit(page)
    page.wait_for_url(FILED)
    expected_trouble(window, 401)
    expected_trouble(window, 400)


def test_who_signed_in_in_another_tab_goes_on_with_one_button(site, screen):
    window = screen("aoi")
    page = window.open("/cases/new")
    page.fill("#summary", SUMMARY)
    expect(page.locator(STATE)).to_contain_text("保存しました")
    window.context.clear_cookies()
    tab = window.context.new_page()
    tab.goto(f"{site.url}/sign-in")
    sign_in_here(tab)
    tab.wait_for_url(f"{site.url}/")
    page.evaluate("text => { document.querySelector('#summary').value = text }", SUMMARY + MORE)
    submit(page)
    expect(page.locator("main")).to_contain_text(SUMMARY + MORE)
    page.click("main button[type=submit]")
    expect(page.locator("#summary")).to_have_value(SUMMARY + MORE)
    expected_trouble(window, 400)


def test_katos_sign_in_in_another_tab_does_not_take_aois_words(site, screen):
    window = screen("aoi")
    page = window.open("/cases/new")
    window.context.clear_cookies()
    tab = window.context.new_page()
    tab.goto(f"{site.url}/sign-in")
    sign_in_here(tab, "kato")
    tab.wait_for_url(f"{site.url}/")
    page.fill("#summary", SUMMARY)
    expect(page.locator(STATE)).to_contain_text("別の人がサインインしています")
    expect(page.locator("#summary")).to_have_value(SUMMARY)
    expected_trouble(window, 400)
    with site.app.app_context():
        assert db.session.scalars(sa.select(Draft)).all() == []


def test_the_page_warns_once_before_the_sign_in_ends(screen):
    window = screen("aoi")
    window.page.clock.install()
    page = window.open("/cases/new")
    page.fill("#summary", SUMMARY)
    page.clock.fast_forward("00:05")
    expect(page.locator(STATE)).to_contain_text("保存しました")
    nothing_is_awaited(page)
    page.clock.fast_forward("56:50")
    expect(page.locator(STATE)).to_contain_text("保存しました")
    page.clock.fast_forward("00:20")
    expect(page.locator(STATE)).to_contain_text("あと2分でサインアウトします")
    page.fill("#summary", SUMMARY + MORE)
    page.clock.fast_forward("00:05")
    expect(page.locator(STATE)).to_contain_text("保存しました")
    nothing_is_awaited(page)
    page.clock.fast_forward("56:00")
    expect(page.locator(STATE)).to_contain_text("保存しました")


# Another place, and no server.


def test_aoi_goes_on_at_another_computer(screen):
    page = screen("aoi").open("/cases/new")
    choose_type(page, "HK03")
    page.fill("#summary", SUMMARY)
    page.fill("#minutes_each", "40")
    expect(page.locator(STATE)).to_contain_text("保存しました")
    elsewhere = screen("aoi").open("/cases/new")
    expect(elsewhere.locator("main")).to_contain_text("に保存した下書きです")
    expect(elsewhere.locator("#summary")).to_have_value(SUMMARY)
    expect(elsewhere.locator("#minutes_each")).to_have_value("40")
    expect(elsewhere.locator("#act_type-HK03")).to_be_checked()


def test_when_the_server_stops_the_line_says_so_and_the_words_stay(site, screen):
    window = screen()
    with LiveServer(site.app) as server:
        window.url = server.url
        window.sign_in("aoi")
        page = window.open("/cases/new")
        page.fill("#summary", SUMMARY)
        expect(page.locator(STATE)).to_contain_text("午前10時")
    page.fill("#summary", SUMMARY + MORE)
    expect(page.locator(STATE)).to_contain_text("通信が切れたため")
    expect(page.locator("#summary")).to_have_value(SUMMARY + MORE)
    assert drafted(site) == [SUMMARY]
    window.troubles.clear()  # each request that found nobody


# Back and Reload.


def documents(page: Page) -> list[str]:
    """Methods by which pages are asked for from now on."""
    asked: list[str] = []

    def note(request):
        if request.is_navigation_request():
            asked.append(request.method)

    page.on("request", note)
    return asked


@pytest.mark.parametrize("refused_first", [False, True], ids=["filed", "refused, then filed"])
def test_back_after_filing_asks_for_the_form_anew_and_files_nothing(site, screen, refused_first):
    page = screen("aoi").open("/cases/new")
    fill_all(page)
    if refused_first:
        page.fill("#minutes_each", "")
        submit(page)
        expect(page.locator(".error-summary")).to_be_focused()
        page.fill("#minutes_each", "40")
    submit(page)
    page.wait_for_url(FILED)
    count, asked = filed(site), documents(page)
    page.go_back()
    expect(page.locator("form.filing")).to_be_visible()
    expect(page.locator(".error-summary")).to_have_count(0)
    page.reload()
    expect(page.locator("form.filing")).to_be_visible()
    assert (set(asked), filed(site)) == ({"GET"}, count)


def test_a_refused_form_is_a_draft_and_reload_sends_nothing(site, screen):
    page = screen("aoi").open("/cases/new")
    page.fill("#summary", SUMMARY)
    submit(page)
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(STATE)).to_contain_text("保存しました")
    asked = documents(page)
    page.reload()
    expect(page.locator("#summary")).to_have_value(SUMMARY)
    expect(page.locator(".error-summary")).to_have_count(0)
    assert asked == ["GET"]


def test_back_over_the_sign_in_page_sends_nothing(site, screen):
    window = screen("aoi")
    page = window.open("/cases/new")
    fill_all(page)
    end_sessions(site)
    submit(page)
    expect(page.locator("[name=kept]")).to_have_count(1)
    sign_in_here(page)
    expect(page.locator("#summary")).to_have_value(SUMMARY)
    promise(page)
    submit(page)
    page.wait_for_url(FILED)
    count, asked = filed(site), documents(page)
    for _step in range(2):
        page.go_back()
        expect(page.locator("form.filing")).to_be_visible()
    assert (set(asked), filed(site)) == ({"GET"}, count)
    expected_trouble(window, 401)
