"""A Monday morning at the centre: twenty cases sorted with the keyboard alone, what repeats looked
at, two candidates accepted, and one issue raised from the matrix.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.site import NARROW, PHONE
from tests.browser.test_accessibility import grave, tab_to
from tests.factories import person_called
from tracker.cases.models import Disposition
from tracker.issues.models import IssueStatus

CASES = 20
URGENT, REPEATED = "EM01", "FN01"
QUESTION = "おおよその頻度を教えてください。"
ANSWER = "電話で注文できる宅配をご紹介しました。"


@pytest.fixture(scope="module")
def morning(site):
    """Twenty cases have come from Aoi's office, and an issue of their type is open.

    Sorted before: an urgent one without any resource, and three of another type from two offices.
    """
    with site.app.app_context():
        aoi, sato = person_called("aoi"), person_called("sato")
        first = factories.accept(factories.make_case(by=aoi), by=sato)
        factories.make_issue(sato, first, status=IssueStatus.CONFIRMED)
        for number in range(CASES):
            factories.make_case(by=aoi, act_type="HK03" if number % 2 else "HK02")
        sorted_before(aoi, act_type=URGENT, gap="G1", urgency="E1")
        for office in (aoi, aoi, person_called("hidamari")):
            sorted_before(office, act_type=REPEATED, gap="G2", urgency="E3")


@pytest.fixture(scope="module")
def west(site):
    """Two cases of Kato's office wait for Nishi, who sorts nothing here."""
    with site.app.app_context():
        for _ in range(2):
            factories.make_case(by=person_called("kato"))


def sorted_before(office, **changes):
    """A case the centre keeps open for an issue that nobody has raised yet."""
    case = factories.accept(factories.make_case(by=office, **changes), by=person_called("sato"))
    factories.sort(case, person_called("sato"), Disposition.TO_ISSUE)


def waiting(page: Page) -> list[int]:
    """What the tabs count: to accept, to sort, to answer."""
    return [int(text) for text in page.locator(".tabs .count").all_inner_texts()][:3]


def open_case(page: Page) -> str:
    """The number of the case beside the list."""
    return page.locator("#case-head").inner_text()


def press(page: Page, *keys: str) -> None:
    """Press these keys one after the other; the page that follows has loaded."""
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_load_state()


def send(page: Page, form: str) -> None:
    """Go on with Tab to the button of this form, and press it."""
    tab_to(page, f"form[action*='{form}'] button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def step(page: Page, key: str) -> None:
    """A key that takes a step and opens the next case."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_a_monday_morning(screen, morning, picture):
    window = screen("sato")
    page = window.open("/triage/")
    assert waiting(page) == [CASES, 0, 0]
    accept_one_by_one(page)
    ask_the_office(page)
    accept_four_at_once(page, picture)
    for _ in range(4):
        step(page, "a")
    assert waiting(page) == [0, 18, 0]
    window.open("/triage/?part=sort")
    sort_all(page)
    assert waiting(page) == [0, 0, 15]
    window.open("/triage/?part=answer")
    step(page, "j")
    press(page, "e")
    page.keyboard.insert_text(ANSWER)
    send(page, "/answer")
    assert waiting(page) == [0, 0, 14]
    picture(page, "monday-end")
    window.open("/candidates/")
    expect(page).to_have_title("地域課題の候補 | かけはし")
    assert cards(page) == 0
    look_now(page, "3件が候補に挙がりました")
    assert cards(page) == 3
    first = accept_candidate(page, "緊急で、資源がない", cases=1)
    second = accept_candidate(page, "複数の事業所でくり返している", cases=3)
    third = raise_by_hand(window)
    assert [first, second, third] == ["R8-02", "R8-03", "R8-04"]
    window.open("/candidates/")
    look_now(page, "新しくくり返している困りごとはありません")
    assert cards(page) == 0
    window.open("/candidates/?state=accepted")
    assert cards(page) == 2
    picture(page, "monday-raised")


def accept_one_by_one(page):
    """Back and forth, accepted, taken back, accepted again, and on through the list."""
    step(page, "j")
    expect(page.locator("#case")).to_be_focused()
    first = open_case(page)

    step(page, "j")
    assert open_case(page) != first
    step(page, "k")
    assert open_case(page) == first

    step(page, "a")  # accepted; the next one opens
    assert open_case(page) != first
    assert waiting(page) == [CASES - 1, 1, 0]
    step(page, "u")  # taken back, and accepted again
    assert waiting(page) == [CASES, 0, 0]
    step(page, "j")
    for left in range(CASES - 1, CASES - 11, -1):
        step(page, "a")
        assert waiting(page)[0] == left


def ask_the_office(page):
    """Two cases go back with a question."""
    for left in (9, 8):
        press(page, "r")
        page.keyboard.insert_text(QUESTION)
        send(page, "/return")
        assert waiting(page)[0] == left


def accept_four_at_once(page, picture):
    """Ticked one after the other: the ticks stay while one looks at the next."""
    for _ in range(3):
        press(page, "x")
        step(page, "j")
    press(page, "x")
    picture(page, "monday-ticked")
    press(page, "b")
    send(page, "/bulk/preview")
    expect(page.locator("h1")).to_contain_text("まとめて処理")
    picture(page, "monday-preview")
    send(page, "/triage/bulk?")
    assert waiting(page)[:2] == [4, 14]

    step(page, "j")


def sort_all(page):
    """Three cases are attached to the issue, the others kept for the statistics."""
    step(page, "j")
    attached = 0
    while waiting(page)[1]:
        if attached < 3 and page.locator("#issue_id").count():
            press(page, "g")
            expect(page.locator("#issue_id")).to_be_focused()
            send(page, "/attach")
            attached += 1
            continue
        press(page, "s", "ArrowDown", "ArrowDown", "ArrowDown")
        step(page, "Enter")
    assert attached == 3


def cards(page: Page) -> int:
    """How many candidates the list shows."""
    return page.locator("ul.cards > li").count()


def look_now(page: Page, said: str) -> None:
    """The rule is asked at once; what an issue speaks of already is not proposed."""
    page.click("form[action$='/look'] button")
    expect(page.locator(".flash")).to_contain_text(said)


def accept_candidate(page: Page, reason: str, *, cases: int) -> str:
    """The first candidate becomes an issue with all its cases; its number comes back."""
    card = page.locator("ul.cards > li").first
    expect(card).to_contain_text(reason)
    name = card.locator("h2").inner_text()
    card.locator("h2 a").click()
    expect(page).to_have_title(f"{name} | かけはし")
    page.click("a[href$='/accept']")
    expect(page).to_have_title("地域課題を立てる | かけはし")
    assert page.locator("[name=case_ids]:checked").count() == cases
    number = raised(page)
    page.goto(page.url.split("/issues/")[0] + "/candidates/")
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    return number


def raise_by_hand(window) -> str:
    """What one office filed again and again, ticked in its cell of the matrix."""
    page = window.open("/candidates/")
    expect(page.locator("ul.cards > li")).to_contain_text("一つの事業所")
    page = window.open("/matrix/?family=HK")
    expect(page.locator("h1")).to_contain_text("くり返しを見る")
    page.locator("table.matrix tbody a[href*='HK02']").first.click()
    boxes = page.locator("[name=case_ids]")
    for box in boxes.all():
        box.check()
    assert boxes.count() == CASES // 2
    page.click("button[name=begin]")
    expect(page).to_have_title("地域課題を立てる | かけはし")
    return raised(page)


def raised(page: Page) -> str:
    """Press the button of the form as it was filled in; the number of the new issue."""
    title = page.locator("#title").input_value()
    page.locator("main form .button-primary").click()
    page.wait_for_url(re.compile(r"/issues/\d+$"))
    expect(page.locator("h1")).to_contain_text(title)
    found = re.search(r"R8-\d{2}\b", page.locator("main").inner_text())
    assert found
    return found[0]


def test_keys_can_be_switched_off_and_the_switch_is_kept(screen, west):
    window = screen("nishi")
    page = window.open("/triage/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    tab_to(page, "#keys-on")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator("#case").count() == 0
    page.keyboard.press("/")
    expect(page.locator("#search-box")).not_to_be_focused()
    page.reload()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.get_by_role("button", name=re.compile("キー操作")).press("Enter")
    page.locator("#keys-on").check()
    page.get_by_role("button", name="閉じる").press("Enter")
    step(page, "j")
    expect(page.locator("#case")).to_be_visible()


def test_the_key_of_the_search_is_switched_off_on_everybodys_account_page(screen, west):
    page = screen("aoi").open("/account/")
    page.keyboard.press("/")
    expect(page.locator("#search-box")).to_be_focused()
    page.locator("#keys-on").uncheck()
    page.goto(page.url.replace("/account/", "/cases/"))
    page.keyboard.press("/")
    expect(page.locator("#search-box")).not_to_be_focused()


def test_a_letter_typed_into_a_box_is_a_letter(screen, west):
    page = screen("nishi").open("/triage/")
    step(page, "j")
    page.keyboard.press("n")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("a j k")
    expect(page.locator("#note")).to_have_value("a j k")


def test_list_and_case_stand_side_by_side_and_one_below_the_other_on_a_phone(screen, west):
    window = screen("nishi")
    page = window.open("/triage/")
    step(page, "j")
    listed, case = (page.locator(part).bounding_box() for part in (".inbox-list", "#case"))
    assert listed["x"] + listed["width"] <= case["x"]
    window.resize(PHONE)
    listed, case = (page.locator(part).bounding_box() for part in (".inbox-list", "#case"))
    assert listed["y"] + listed["height"] <= case["y"]
    for size in (PHONE, NARROW):
        window.resize(size)
        assert window.overflow() <= 0


@pytest.mark.parametrize("path", ["/triage/", "/triage/templates/", "/triage/templates/new"])
def test_axe_finds_nothing_grave(screen, west, path):
    window = screen("nishi")
    page = window.open(path)
    if path == "/triage/":
        step(page, "j")
        page.keyboard.press("?")
    assert grave(page) == []
    window.troubles.clear()  # what axe itself tries is no fault of the page
