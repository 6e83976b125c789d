"""Filing as hands do it: by keyboard, on a telephone, without JavaScript, and in Japanese."""

import re
from urllib.parse import parse_qs

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Request, expect

from tests import factories
from tests.browser.site import DESK, PHONE, Screen
from tests.browser.test_accessibility import tab_to
from tests.browser.test_half_chain import SUMMARY, choose, choose_type, fill_in, submit
from tracker.accounts.roles import Role
from tracker.core.db import db
from tracker.core.drafts import Draft
from tracker.issues.models import IssueStatus

FILED = re.compile(r"/cases/\d+$")
BUTTON = "#check button[data-choose='act_type-HK03']"
TRIED, RAISED, ALIKE, CALLED = (
    f"details:has([name^='{name}'])" for name in ("tried.", "wished_issue", "same_as", "called.")
)


@pytest.fixture(scope="module")
def town(site):
    """A case alike, an issue raised, and a resource: every panel has something to show."""
    with site.app.app_context():
        aoi, sato = factories.person_called("aoi"), factories.person_called("sato")
        earlier = factories.accept(factories.make_case(by=aoi, summary=SUMMARY), by=sato)
        factories.make_issue(sato, earlier, status=IssueStatus.CONFIRMED)
        factories.make_resource(sato)


@pytest.fixture(autouse=True)
def nothing_begun(site, town):
    """Nobody has a draft."""
    with site.app.app_context():
        db.session.execute(sa.delete(Draft))
        db.session.commit()


@pytest.fixture
def aoi(screen):
    """Aoi's window at a desk."""
    return screen("aoi")


def asked(page: Page) -> list[str]:
    """The last part of each address this page asks for from now on."""
    heard: list[str] = []

    def hear(request: Request) -> None:
        if request.method == "POST":
            heard.append(request.url.rpartition("/")[2])

    page.on("request", hear)
    return heard


def composed(window: Screen, *pieces: str):
    """These pieces one after the other, as a word is being converted; who goes on converting."""
    typing = window.context.new_cdp_session(window.page)
    for text in pieces:
        place = {"selectionStart": len(text), "selectionEnd": len(text)}
        typing.send("Input.imeSetComposition", {"text": text, **place})
    return typing


def unfold_all(page: Page) -> None:
    """Everything that can be opened is open."""
    page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")


# --- by keyboard ---


def test_a_whole_filing_by_keyboard_alone(aoi):
    page = aoi.open("/cases/new")
    keys = page.keyboard
    tab_to(page, "#summary")
    keys.insert_text(SUMMARY)
    expect(page.locator(BUTTON)).to_be_visible()
    tab_to(page, BUTTON)
    keys.press("Enter")  # on a button: chooses, and files nothing
    expect(page.locator("#act_type-HK03")).to_be_checked()
    expect(page.locator("#help h2")).to_have_text(re.compile("買い物"))
    tab_to(page, f"{TRIED} > summary")
    keys.press("Enter")
    tab_to(page, f"{TRIED} select")
    keys.press("ArrowDown")
    tab_to(page, f"{RAISED} > summary")
    keys.press("Enter")
    tab_to(page, "[name=wished_issue]")
    keys.press("ArrowUp")
    tab_to(page, "#minutes_each")
    keys.insert_text("40")
    for field in ("requester", "outcome", "gap", "urgency"):
        tab_to(page, f"[name={field}]")
        keys.press("Space")
    promise_by_keyboard(page)
    tab_to(page, "form.filing .button-primary")
    keys.press("Enter")
    expect(page).to_have_url(FILED)
    expect(page.locator("main")).to_contain_text("見晴らし号")


def promise_by_keyboard(page: Page) -> None:
    """The promise is ticked, when it is asked."""
    if page.locator("#conduct").count():
        tab_to(page, "#conduct")
        page.keyboard.press("Space")


def test_enter_in_a_box_files_the_case_and_chooses_nothing(aoi):
    page = aoi.open("/cases/new")
    choose_type(page, "MV01")
    page.fill("#summary", SUMMARY)
    expect(page.locator(BUTTON)).to_be_visible()  # a suggestion stands above the box
    fill_in(page)
    page.press("#minutes_each", "Enter")
    expect(page).to_have_url(FILED)
    expect(page.locator("main")).to_contain_text("受診")


def test_a_suggestion_is_chosen_by_a_press_alone(aoi):
    page = aoi.open("/cases/new")
    page.fill("#summary", SUMMARY)
    expect(page.locator(BUTTON)).to_be_visible()
    assert page.locator("[name=act_type]:checked").count() == 0
    page.click(BUTTON)
    expect(page.locator("#act_type-HK03")).to_be_checked()
    expect(page.locator("#act_type-HK03")).to_be_visible()  # its family is open
    expect(page.locator(BUTTON)).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith("/cases/new")


def test_whoever_says_that_it_is_the_same_person_keeps_the_place(aoi):
    page = aoi.open("/cases/new")
    choose_type(page, "HK03")
    page.fill("#summary", SUMMARY)
    page.click(f"{ALIKE} > summary")
    page.check("[name=same_as] >> nth=0")
    with page.expect_response(re.compile("/draft$")):  # later than any panel would be asked
        pass
    assert page.evaluate("document.activeElement.name") == "same_as"
    expect(page.locator("[name=same_as] >> nth=0")).to_be_checked()
    page.keyboard.press("ArrowDown")
    with page.expect_response(re.compile("/draft$")):
        pass
    assert page.evaluate("document.activeElement.name") == "same_as"
    expect(page.locator(ALIKE)).to_have_attribute("open", "")


# --- panels ---


def test_every_panel_follows_what_is_answered(aoi):
    page = aoi.open("/cases/new")
    page.evaluate("window.stayed = true")
    page.fill("#summary", f"{SUMMARY}長女 090-1234-5678 から。")
    expect(page.locator("#check mark")).to_have_text("090-1234-5678")
    page.fill("#summary", SUMMARY)
    expect(page.locator("#check mark")).to_have_count(0)
    choose_type(page, "HK03")
    expect(page.locator("#help")).to_contain_text("見晴らし号")
    expect(page.locator(RAISED)).to_be_visible()
    expect(page.locator(ALIKE)).to_be_visible()
    choose(page, "danger", "LIFE")
    expect(page.locator("#emergency .phone").first).to_have_attribute("href", "tel:119")
    expect(page.locator("#emergency")).to_contain_text("0980-00-2001")
    assert page.evaluate("window.stayed")  # no reload


def test_another_area_has_other_resources_and_other_numbers(aoi, site):
    with site.app.app_context():
        west = min(factories.person_called("nishi").area_ids(Role.CENTRE))
    page = aoi.open("/cases/new")
    choose_type(page, "HK03")
    expect(page.locator("#help")).to_contain_text("見晴らし号")
    choose(page, "danger", "LIFE")
    expect(page.locator("#emergency")).to_contain_text("0980-00-2001")
    page.select_option("#area_id", str(west))
    expect(page.locator("#emergency")).to_contain_text("0980-00-2002")
    expect(page.locator("#emergency")).not_to_contain_text("0980-00-2001")
    expect(page.locator("#help")).not_to_contain_text("見晴らし号")


def test_what_was_ticked_outlasts_a_panel_that_is_drawn_anew(aoi):
    page = aoi.open("/cases/new")
    choose_type(page, "HK03")
    page.click(f"{TRIED} > summary")
    page.select_option(f"{TRIED} select >> nth=0", "FULL")
    choose(page, "danger", "MISSING")
    page.click(f"{CALLED} > summary")
    page.select_option("#called-POLICE", "CAME")
    unfold_all(page)
    page.select_option("#ability_to_pay", "NONE")
    expect(page.locator(TRIED)).to_contain_text("費用の負担がむずかしい")
    expect(page.locator(f"{TRIED} select >> nth=0")).to_have_value("FULL")
    choose(page, "danger", "LIFE")
    expect(page.locator("#emergency .phone").first).to_have_attribute("href", "tel:119")
    expect(page.locator("#called-POLICE")).to_have_value("CAME")


def test_ticks_of_a_refused_form_are_still_there(aoi):
    page = aoi.open("/cases/new")
    choose_type(page, "HK03")
    page.click(f"{TRIED} > summary")
    page.select_option(f"{TRIED} select >> nth=0", "FULL")
    submit(page)
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(f"{TRIED} select >> nth=0")).to_have_value("FULL")
    expect(page.locator(f"{TRIED} select >> nth=0")).to_be_visible()


# --- on a telephone ---


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_whole_filing_without_scrolling_sideways(screen, size, picture):
    window = screen("aoi", size)
    page = window.open("/cases/new")
    assert window.overflow() <= 0
    page.fill("#summary", SUMMARY)
    page.click(BUTTON)
    expect(page.locator("#help h2")).to_have_text(re.compile("買い物"))
    choose(page, "danger", "LIFE")
    expect(page.locator("#emergency .phone").first).to_be_visible()
    expect(page.locator(ALIKE)).to_be_visible()
    unfold_all(page)
    choose(page, "requester", "CITY")
    expect(page.locator("#department")).to_be_visible()
    assert window.overflow() <= 0
    picture(page, f"filing-{size[0]}")
    fill_in(page)
    submit(page)
    expect(page).to_have_url(FILED)
    assert window.overflow() <= 0


# --- without JavaScript ---


def test_without_javascript_a_button_checks_and_a_button_chooses(screen):
    page = screen("aoi", java_script_enabled=False).open("/cases/new")
    page.fill("#summary", SUMMARY)
    choose(page, "danger", "LIFE")
    page.click("button[name=check][value='1']")
    expect(page.locator("#emergency")).to_contain_text("119")
    expect(page.locator(BUTTON)).to_be_visible()
    page.click(BUTTON)
    expect(page.locator("#act_type-HK03")).to_be_checked()
    expect(page.locator("#help")).to_contain_text("見晴らし号")
    expect(page.locator(ALIKE)).to_be_visible()
    expect(page.locator("#summary")).to_have_value(SUMMARY)
    page.click(f"{RAISED} > summary")
    page.check("[name=wished_issue] >> nth=0")
    fill_in(page)
    submit(page)
    expect(page).to_have_url(FILED)


# --- in Japanese ---


def test_a_word_that_is_being_converted_is_not_sent_to_any_panel_or_draft(aoi):
    aoi.page.clock.install()
    page = aoi.open("/cases/new")
    heard = asked(page)
    page.focus("#summary")
    typing = composed(aoi, "か", "かい", "かいもの", "買い物")
    page.clock.run_for(10_000)  # every delay of the page is over
    assert heard == []
    typing.send("Input.insertText", {"text": "買い物を頼まれた。"})
    with page.expect_response(re.compile("/check$")):
        page.clock.run_for(1_000)
    with page.expect_response(re.compile("/draft$")) as draft:
        page.clock.run_for(2_000)
    sent = parse_qs(draft.value.request.post_data or "")
    assert sent["summary"] == ["買い物を頼まれた。"]
    assert sorted(heard) == ["alike", "check", "draft"]


@pytest.mark.parametrize("box", ["#occurred_month", "#summary"])
def test_enter_that_converts_a_word_files_nothing(aoi, box):
    page = aoi.open("/cases/new")
    heard = asked(page)
    before = page.input_value(box)
    page.focus(box)
    page.keyboard.press("End")
    typing = composed(aoi, "がつ")
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    typing.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    typing.send("Input.insertText", {"text": "月"})
    expect(page.locator(box)).to_have_value(f"{before}月")
    with page.expect_response(re.compile("/draft$")):  # the page goes on as before
        pass
    assert page.url.endswith("/cases/new")
    assert "new" not in heard  # the form was not sent


def test_my_number_typed_is_not_shown_by_any_panel(aoi):
    page = aoi.open("/cases/new")
    choose_type(page, "HK03")
    answers: list[str] = []
    page.on("response", lambda answer: answers.append(answer.url))
    with page.expect_response(re.compile("/check$")) as check:
        page.fill("#summary", f"{SUMMARY}番号は123456789018です。")
    with page.expect_response(re.compile("/alike$")) as alike:
        page.press("#summary", "End")
    assert "123456789018" not in check.value.text() + alike.value.text()
    assert not [url for url in answers if "1234" in url or "summary" in url]


def test_the_cases_alike_follow_type_and_area(aoi, site):
    with site.app.app_context():
        west = min(factories.person_called("nishi").area_ids(Role.CENTRE))
    page = aoi.open("/cases/new")
    page.fill("#summary", SUMMARY)
    expect(page.locator(ALIKE)).to_be_visible()  # of any type
    choose_type(page, "PM03")
    expect(page.locator(ALIKE)).to_have_count(0)
    choose_type(page, "HK03")
    expect(page.locator(ALIKE)).to_be_visible()
    page.select_option("#area_id", str(west))
    expect(page.locator(ALIKE)).to_have_count(0)
