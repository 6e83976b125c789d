"""The first half of the chain as three people walk it, at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import DESK, PHONE, Screen

SUMMARY = "近くの店が閉まり、米と飲み物の買い物を頼まれました。"
ANSWER = "電話で注文できる宅配をご紹介しました。"
MY_NUMBER = "123456789018"
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


def choose_type(page: Page, code: str) -> None:
    """Open the family of this type and take the type."""
    radio = page.locator(f"#act_type-{code}")
    family = page.locator("details", has=radio)
    if family.get_attribute("open") is None:
        family.locator("summary").click()
    page.locator("label.chip", has=radio).click()


def choose(page: Page, field: str, value: str) -> None:
    """Click on one answer."""
    page.locator("label.chip", has=page.locator(f"[name={field}][value={value}]")).click()


def fill_in(page: Page) -> None:
    """Everything that must be answered, but what happened and the type."""
    page.fill("#times_handled", "３")
    page.fill("#minutes_each", "40")
    for field, value in (
        ("requester", "SELF"),
        ("outcome", "DONE_SELF"),
        ("gap", "G1"),
        ("urgency", "E2"),
    ):
        choose(page, field, value)
    if page.locator("#conduct").count():  # asked once a year
        page.check("#conduct")


def submit(page: Page) -> None:
    """Press the main button of the filing form."""
    page.click("form.filing .actions button.button-primary")


@SIZES
def test_from_filing_to_the_answer(site, screen, picture, size):
    name = "desk" if size is DESK else "phone"
    aoi = screen("aoi", size, by_hand=True)
    case = file_case(aoi, picture, name)
    number = aoi.page.locator("h1").inner_text().removeprefix("事例").strip()
    sort_case(screen("sato", size, by_hand=True), case, picture, name)
    site.mail.arrived.clear()
    site.work()
    read_mail(site, number, case)
    read_answer(aoi, case, picture, name)


def file_case(aoi: Screen, picture, name: str) -> str:
    """Aoi files a case; the path of its page comes back."""
    page = aoi.open("/cases/new")
    page.evaluate("window.stayed = true")
    choose_type(page, "HK03")
    expect(page.locator("#help h2")).to_have_text(re.compile("買い物"))
    expect(page.locator("#help li").first).to_be_visible()
    assert page.evaluate("window.stayed")  # no reload
    page.fill("#summary", f"{SUMMARY}番号は{MY_NUMBER}です。")
    fill_in(page)
    expect(page.locator("#draft-state")).to_contain_text("保存しました")
    picture(page, f"{name}-filing")
    submit(page)
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#summary")).to_have_value(f"{SUMMARY}番号は{'●' * 12}です。")
    assert MY_NUMBER not in page.content()
    picture(page, f"{name}-refused")
    page.fill("#summary", SUMMARY)
    submit(page)
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    picture(page, f"{name}-filed")
    return page.url.removeprefix(aoi.url)


def sort_case(sato: Screen, case: str, picture, name: str) -> None:
    """Sato accepts the case, sorts it and answers."""
    page = sato.page
    picture(page, f"{name}-centre-home")
    sato.open("/triage/")
    picture(page, f"{name}-inbox")
    sorting = case.replace("/cases/", "/triage/")
    page.locator(f"a[href*='case={case.removeprefix('/cases/')}']").first.click()
    sato.open(sorting)
    picture(page, f"{name}-accept")
    page.click(f"form[action='{sorting}/accept'] button")
    expect(page.locator(".flash-success")).to_be_visible()
    choose(page, "disposition", "resolved_existing")
    page.fill("#answer", ANSWER)
    picture(page, f"{name}-sort")
    page.click(f"form[action='{sorting}/sort'] .button-primary")
    expect(page.locator(".stage-current")).to_contain_text("回答")
    picture(page, f"{name}-sorted")


def read_mail(site, number: str, case: str) -> None:
    """One mail says both: number, milestone and link, no word of the case."""
    (both,) = site.mail.arrived
    assert both["To"] == "aoi@miharashi.example"
    assert "2件" in both["Subject"]
    text = both.get_content()
    assert (text.count(number), text.count(f"{site.url}{case}")) == (2, 2)
    assert not any(word in text for word in (SUMMARY, ANSWER, "買い物", "あおば"))


def read_answer(aoi: Screen, case: str, picture, name: str) -> None:
    """Aoi finds the notice, reads the answer, and where the case stands."""
    page = aoi.open("/notices/")
    picture(page, f"{name}-notices")
    page.locator("tbody tr").first.get_by_role("button").click()
    page.wait_for_url(f"**{case}")
    expect(page.get_by_role("region", name="回答")).to_contain_text(ANSWER)
    assert "回答" in page.locator(".stage[aria-current=step]").inner_text()
    picture(page, f"{name}-answer")


@pytest.fixture
def filed(screen):
    """At least one case is there to be drawn."""
    aoi = screen("aoi")
    page = aoi.open("/cases/new")
    choose_type(page, "HK03")
    page.fill("#summary", SUMMARY)
    fill_in(page)
    submit(page)
    page.wait_for_url(re.compile(r"/cases/\d+$"))


@SIZES
def test_mori_sees_the_chart_and_the_same_numbers_beside_it(filed, screen, picture, size):
    page = screen("mori", size).open("/")
    chart = page.locator(".chart")
    expect(chart.locator("svg.main-svg").first).to_be_visible()
    assert chart.locator("g.bars .point").count() >= 1
    expect(page.locator("figure table")).to_be_visible()
    titles = page.locator(".modebar-btn").evaluate_all(
        "buttons => buttons.map(b => b.getAttribute('data-attr') || b.dataset.title)"
    )
    assert len(titles) <= 1  # save as a picture, nothing that sends figures away
    picture(page, f"{'desk' if size is DESK else 'phone'}-officer-home")


@pytest.mark.parametrize("login", ["aoi", "sato", "mori"])
def test_no_page_has_trouble(filed, screen, login):
    window = screen(login, by_hand=True)
    for path in paths(window.page):
        window.open(path)
    assert window.troubles == []


def paths(page: Page) -> list[str]:
    """Where the menu and the frame lead."""
    links = page.locator("header a[href^='/']")
    found = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return sorted(set(found) - {"/"})
