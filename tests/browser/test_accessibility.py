"""Everybody can use it: axe finds nothing grave, nothing overflows, the keyboard is enough."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.site import DESK, NARROW, Screen
from tests.browser.test_half_chain import SUMMARY
from tests.factories import person_called
from tests.house import crawl
from tracker.core.db import db

GRAVE = {"serious", "critical"}
PEOPLE = pytest.mark.parametrize("login", ["aoi", "sato", "mori"])
MOST_TABS = 150


@pytest.fixture(scope="module")
def pages(site):
    """Every page there is, with cases in every state."""
    with site.app.app_context():
        examples = crawl.fill_town(*(person_called(login) for login in ("aoi", "sato", "mori")))
        db.session.commit()
        return [page for page in crawl.pages(site.app, examples) if page.is_whole]


def opened(window: Screen, pages, login: str, site):
    """Go through every page this person may open, one after the other."""
    with site.app.app_context():
        person = person_called(login)
        db.session.rollback()
    for page in pages:
        if page.permission is None or person.may(page.permission):
            answer = window.page.goto(site.url + page.url)
            if answer.status == 200:
                yield page.url


_seen: set[str] = set()


def seen_before(page: Page) -> bool:
    """Was a page with the same main part looked at already, for another person?"""
    main = re.sub(r'[0-9a-f-]{16,}|value="[^"]{40,}"', "", page.inner_html("main"))
    known = main in _seen
    _seen.add(main)
    return known


def grave(page: Page) -> list[tuple[str, str, list[str]]]:
    """Rule, its sentence and the places of what axe finds serious or critical."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (one["id"], one["help"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found
        if one["impact"] in GRAVE
    ]


@PEOPLE
def test_axe_finds_nothing_grave_and_nothing_overflows_at_320_pixels(screen, pages, site, login):
    window = screen(login)
    faults, wide = {}, {}
    for url in opened(window, pages, login, site):
        if url != "/" and seen_before(window.page):
            continue
        if found := grave(window.page):
            faults[url] = found
        window.resize(NARROW)
        if pixels := max(window.overflow(), 0):
            wide[url] = pixels
        window.resize(DESK)
    window.troubles.clear()  # what axe itself tries is no fault of the page
    assert (faults, wide) == ({}, {})


@pytest.fixture
def form(screen):
    """The filing form at Aoi's desk."""
    return screen("aoi").open("/cases/new")


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element that fits has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{MOST_TABS} times Tab do not lead to {wanted}")


def test_a_case_is_filed_with_the_keyboard_alone(form):
    keys = form.keyboard
    tab_to(form, "details:has(#act_type-HK01) > summary")
    keys.press("Enter")
    tab_to(form, "#act_type-HK01")
    keys.press("Space")
    for box, text in (("#summary", SUMMARY), ("#times_handled", "3"), ("#minutes_each", "40")):
        tab_to(form, box)
        keys.insert_text(text)
    for field in ("requester", "outcome", "gap", "urgency"):
        tab_to(form, f"[name={field}]")
        keys.press("Space")
        keys.press("ArrowDown")
    if form.locator("#conduct").count():  # asked once a year
        tab_to(form, "#conduct")
        keys.press("Space")
    tab_to(form, "form.filing .button-primary")
    keys.press("Enter")
    expect(form).to_have_url(re.compile(r"/cases/\d+$"))


def test_tab_goes_through_the_form_from_top_to_bottom(form):
    tab_to(form, "details > summary")
    tops = []
    for _ in range(60):
        place = form.evaluate(
            """() => document.activeElement.closest('.filing-rest')
            ? document.activeElement.getBoundingClientRect().top + scrollY : null"""
        )
        tops += [place] if place is not None else []
        form.keyboard.press("Tab")
    assert len(tops) > 10
    assert all(below >= above - 60 for above, below in zip(tops, tops[1:], strict=False)), tops


def test_a_refused_form_takes_the_focus_to_the_error_summary(form):
    form.click("form.filing .actions .button-primary")
    expect(form.locator(".error-summary")).to_be_focused()


def test_a_line_of_the_error_summary_leads_into_its_box(form):
    form.click("form.filing .actions .button-primary")
    form.click(".error-summary a[href='#minutes_each']")
    expect(form.locator("#minutes_each")).to_be_focused()


def test_the_focus_can_be_seen(form):
    tab_to(form, "#summary")
    outline = form.evaluate(
        "() => { const s = getComputedStyle(document.activeElement); "
        "return s.outlineStyle + s.outlineWidth + s.boxShadow }"
    )
    assert outline not in {"none0pxnone", "none3pxnone"}


def test_enter_that_converts_a_word_sends_nothing(screen):
    window = screen("aoi")
    page = window.open("/cases/")
    page.focus("#q")
    typing = window.context.new_cdp_session(page)
    typing.send(
        "Input.imeSetComposition", {"text": "どっきょ", "selectionStart": 4, "selectionEnd": 4}
    )
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    typing.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    typing.send("Input.insertText", {"text": "独居"})
    expect(page.locator("#q")).to_have_value("独居")
    assert page.url.endswith("/cases/")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=%E7%8B%AC%E5%B1%85"))


def test_no_half_converted_word_leaves_the_box(screen):
    window = screen("aoi")
    page = window.open("/cases/new")
    page.evaluate(
        """() => { window.heard = []; document.querySelector('form.filing').addEventListener(
        'input', event => window.heard.push(event.target.value)) }"""
    )
    page.focus("#summary")
    typing = window.context.new_cdp_session(page)
    for text in ("に", "にん", "にんち"):
        place = {"selectionStart": len(text), "selectionEnd": len(text)}
        typing.send("Input.imeSetComposition", {"text": text, **place})
    assert page.evaluate("window.heard") == []
    typing.send("Input.insertText", {"text": "認知"})
    page.wait_for_function("window.heard.length > 0")
    assert set(page.evaluate("window.heard")) == {"認知"}
