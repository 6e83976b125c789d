"""The whole chain through its pages: from Aoi's case to the news that the issue is closed."""

import re
from dataclasses import dataclass, field
from io import BytesIO

import docx
import pypdf
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.site import DESK, NARROW, PHONE, Screen, Site
from tests.browser.test_accessibility import grave
from tests.browser.test_half_chain import SUMMARY, choose_type, fill_in, submit
from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.core.outbox import OutboxMail

TITLE = "買い物の足がない"
STATEMENT = "店が閉まり、車のない高齢者の買い物をケアマネジャーが担っている。"
QUESTION = "販売車を呼ぶために、何から始めますか。"
DISCUSSION = "三つの町内に停まれる場所がある。町内会が世話をすると言う。"
DECISION = "移動販売の車に来てもらうことに取り組みます。"
STUDY = "停まる場所を町内会と調べ始めました。"
TRIAL = "一つの町内で二回走らせました。"
LIVE = "火曜と金曜に、三つの町内で買い物ができます。"
RESOURCE = "見晴らし号"
ANSWER = "販売車が週二回来ています。件数が少なく、減ったとはまだ言い切れません。"
MILESTONES = 7  # accepted, grouped, on the agenda, decided, begun, in use, closed


@dataclass
class Walk:
    """The people at their windows, the pages they come by, and what is wrong with those."""

    site: Site
    screen: object
    picture: object
    windows: dict[str, Screen] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    faults: dict[str, object] = field(default_factory=dict)

    def at(self, login: str, path: str = "") -> Page:
        """This person's window, at this page if one is named."""
        if login not in self.windows:
            self.windows[login] = self.screen(login, by_hand=True)
        window = self.windows[login]
        return window.open(path) if path else window.page

    def keep(self, name: str, page: Page) -> str:
        """Remember the address this person came to; its path comes back."""
        self.paths[name] = page.url.removeprefix(self.site.url).partition("#")[0]
        return self.paths[name]

    def look(self, login: str, name: str) -> None:
        """Pictures at a desk and on a phone; what axe finds, and what is too wide at 320."""
        window = self.windows[login]
        self.picture(window.page, f"{name}-desk")
        before = list(window.troubles)
        if found := grave(window.page):
            self.faults[name] = found
        window.troubles[:] = before  # what axe itself tries is no fault of the page
        window.resize(NARROW)
        if (pixels := window.overflow()) > 0:
            self.faults[f"{name} at 320"] = pixels
        window.resize(PHONE)
        self.picture(window.page, f"{name}-phone")
        window.resize(DESK)


@pytest.fixture
def walk(site, screen, picture):
    """Nothing has happened yet, but the mails of earlier tests have gone."""
    site.mail.arrived.clear()
    return Walk(site, screen, picture)


def tick(page: Page, name: str, value: object) -> None:
    """Click on one chip."""
    box = page.locator(f"[name='{name}'][value='{value}']")
    page.locator("label.chip", has=box).click()


def press(page: Page, ending: str) -> None:
    """Send the form whose address ends so, by its main button."""
    page.locator(f"form[action$='{ending}'] button[type=submit]").first.click()
    expect(page.locator(".flash-success")).to_be_visible()


def unfold(page: Page, holding: str) -> None:
    """Open the part of the page that holds this, if it is not open already."""
    part = page.locator("details", has=page.locator(holding))
    if part.get_attribute("open") is None:
        part.locator("> summary").click()


def test_from_a_case_to_a_resource_and_the_news_of_it(walk):
    file_and_accept(walk)
    raise_and_confirm(walk)
    plan_and_publish(walk)
    download(walk)
    hold_and_decide(walk)
    move_the_action(walk)
    close_with_a_second_look(walk)
    aoi_reads_what_became_of_it(walk)
    one_mail_for_each_milestone(walk)
    assert walk.faults == {}


def file_and_accept(walk: Walk) -> None:
    """Aoi files a case, an office beside hers too, and Sato accepts both."""
    page = walk.at("aoi", "/cases/new")
    choose_type(page, "HK03")
    page.fill("#summary", SUMMARY)
    fill_in(page)
    submit(page)
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    sorting = walk.keep("case", page).replace("/cases/", "/triage/")
    with walk.site.app.app_context():
        hidamari, sato = factories.person_called("hidamari"), factories.person_called("sato")
        factories.accept(factories.make_case(by=hidamari), by=sato)
    press(walk.at("sato", sorting), f"{sorting}/accept")


def raise_and_confirm(walk: Walk) -> None:
    """Sato finds both in the matrix and makes an issue of them, Mori confirms it."""
    page = walk.at("sato", "/matrix/")
    walk.look("sato", "matrix")
    page.locator("table.matrix tbody a[href*='family=HK']").first.click()
    for box in page.locator("[name=case_ids]").all():
        box.check()
    page.click("button[name=begin]")
    page.fill("#title", TITLE)
    page.fill("#statement", STATEMENT)
    page.click("main form .button-primary")
    page.wait_for_url(re.compile(r"/issues/\d+$"))
    issue = walk.keep("issue", page)
    page = walk.at("mori", issue)
    page.locator("[name=severity][value='1']").check()
    press(page, "/confirm")
    expect(page.locator("main")).to_contain_text(STATEMENT)
    walk.look("mori", "issue")


def plan_and_publish(walk: Walk) -> None:
    """Mori plans a meeting, puts the issue on its agenda, invites Iin and publishes it."""
    page = walk.at("mori", "/meetings/new")
    for name, text in (("held_on", "令和8年11月24日"), ("starts_at", "14:00")):
        page.fill(f"#{name}", text)
    tick(page, "level", "municipal")
    page.fill("#length_minutes", "６０")
    page.fill("#place", "見晴市役所 3階会議室")
    page.click("main form .button-primary")
    page.wait_for_url(re.compile(r"/meetings/\d+$"))
    walk.keep("meeting", page)
    unfold(page, "form[action$='/items/issues']")
    tick(page, "subject_ids", walk.paths["issue"].rpartition("/")[2])
    page.fill("#question", QUESTION)
    page.fill("#presenter", "東地域包括支援センター")
    page.fill("#minutes_planned", "20")
    press(page, "/items/issues")
    unfold(page, "form[action$='/attendees']")
    page.fill("#organisation", "民生委員児童委員協議会")
    page.fill("#profession", "民生委員")
    page.fill("#name", "飯沼 春代")
    press(page, "/attendees")
    press(page, "/publish")
    walk.look("mori", "meeting")


def download(walk: Walk) -> None:
    """The agenda can be read on screen, as PDF and in Word; all three name the meeting."""
    page = walk.at("mori", walk.paths["meeting"])
    title = page.locator("h1").inner_text()
    walk.at("mori", f"{walk.paths['meeting']}/agenda")
    expect(page.locator("h1")).to_contain_text(title)
    walk.look("mori", "agenda")
    pdf = pypdf.PdfReader(BytesIO(downloaded(page, ".pdf")))
    text = re.sub(r"\s", "", "".join(one.extract_text() for one in pdf.pages))
    assert re.sub(r"\s", "", title) in text
    assert TITLE in text
    word = docx.Document(BytesIO(downloaded(page, ".docx")))
    assert title in [paragraph.text for paragraph in word.paragraphs]


def downloaded(page: Page, ending: str) -> bytes:
    """What the link gives."""
    with page.expect_download() as waiting:
        page.locator(f"main a[href$='{ending}']").first.click()
    assert waiting.value.suggested_filename.endswith(ending)
    return waiting.value.path().read_bytes()


def hold_and_decide(walk: Walk) -> None:
    """In the room: who is here, what is said, and what is decided; then the minutes."""
    meeting = walk.paths["meeting"]
    page = walk.at("mori", f"{meeting}/live")
    page.locator("label.chip", has=page.locator("[name=present]")).click()
    page.click("button[value=begin]")
    item = page.locator("section[id^=item-]")
    expect(item.locator("details").first).to_be_visible()
    item.locator("textarea[name$='-discussion']").fill(DISCUSSION)
    unfold(page, "[value=adopt]")
    item.locator("label.chip", has=page.locator("[value=adopt]")).click()
    item.locator("textarea[name$='o-sentence']").fill(DECISION)
    item.locator("[name$='a0-title']").fill("移動販売車の誘致")
    item.locator("[name$='a0-kind']").select_option("NEW")
    item.locator("[name$='a0-owner_id']").select_option(index=1)
    item.locator("[name$='a0-due_on']").fill("令和9年3月31日")
    item.locator("[name$='a0-criteria']").fill("週2回、三つの町内に停まる。")
    walk.look("mori", "live")
    item.locator("button[value^=outcome-]").click()
    expect(item).to_contain_text(DECISION)
    expect(item.locator("textarea[name$='-discussion']")).to_have_value(DISCUSSION)
    walk.at("mori", meeting)
    press(page, "/minutes/draft")
    second = walk.at("hara", f"{meeting}/minutes")
    press(second, "/minutes/approve")
    expect(second.locator("main")).to_contain_text(DISCUSSION)
    walk.at("mori", meeting)
    press(page, "/answered")


def move_the_action(walk: Walk) -> None:
    """From study to trial to a new resource in the directory."""
    page = walk.at("mori", "/actions/")
    page.locator("main th[scope=row] a[href^='/actions/']").first.click()
    page.wait_for_url(re.compile(r"/actions/\d+$"))
    walk.keep("action", page)
    for sentence in (STUDY, TRIAL):
        if sentence == TRIAL:
            page.fill("#surveyed", "三つの町内会")
            page.fill("#without", "始めの段階で、ほかの項目はまだ決まっていません。")
        page.fill("#next_sentence", sentence)
        press(page, "/next")
    walk.look("mori", "action")
    unfold(page, "#name_ja")
    describe_resource(page)
    press(page, "/live")
    page.locator("dl a[href^='/resources/']").click()
    expect(page.locator("h1")).to_have_text(RESOURCE)
    walk.look("mori", "resource")


def describe_resource(page: Page) -> None:
    """All a new entry of the directory needs; areas and type are known from the issue."""
    texts = {
        "live_sentence": LIVE,
        "trial_numbers": "一回あたり十四人",
        "name_ja": RESOURCE,
        "provider_name": "みなと商店",
        "does": "食料品と日用品を積んだ車が集会所を回る。",
        "cost": "商品の代金のみ",
        "how_to_apply": "申込みは要らない。",
        "contact": "みなと商店 0980-00-5001",
    }
    for name, text in texts.items():
        page.fill(f"#{name}", text)
    choices = (("category", "RS_SHOP"), ("provider_type", "COMPANY"))
    for name, code in (*choices, ("formality", "INFORMAL"), ("fee", "MARKET")):
        page.select_option(f"#{name}", code)


def close_with_a_second_look(walk: Walk) -> None:
    """Mori proposes to close the issue, which waits until Hara agrees."""
    page = walk.at("mori", walk.paths["issue"])
    unfold(page, "form[action$='/close']")
    tick(page, "closed_as", "without_proof")
    page.fill("#sentence", ANSWER)
    press(page, "/close")
    expect(page.locator("form[action$='/close/second']")).to_have_count(0)
    page = walk.at("hara", walk.paths["issue"])
    expect(page.locator("main")).to_contain_text(ANSWER)
    press(page, "/close/second")
    walk.look("hara", "closed")


def aoi_reads_what_became_of_it(walk: Walk) -> None:
    """Her newest notice leads to her case, whose bar tells the whole way."""
    page = walk.at("aoi", "/notices/")
    expect(page.locator("main tbody tr")).to_have_count(MILESTONES)
    page.locator("tbody tr").first.get_by_role("button").click()
    page.wait_for_url(f"**{walk.paths['case']}")
    expect(page.locator(".stage")).to_have_count(9)
    expect(page.locator(".stage-todo")).to_have_count(0)
    expect(page.locator(".stage").last).to_have_attribute("aria-current", "step")
    for sentence in (DECISION, STUDY, RESOURCE):
        expect(page.locator(".stages")).to_contain_text(sentence)
    expect(page.locator("[aria-labelledby=answers-head]")).to_contain_text(ANSWER)
    walk.look("aoi", "case")


def one_mail_for_each_milestone(walk: Walk) -> None:
    """Answers have come in one mail, news of the issue wait for Monday; each is told once."""
    walk.site.work()
    walk.site.work()
    for name in ("aoi", "hidamari"):
        (_mail,) = [m for m in walk.site.mail.arrived if m["To"] == f"{name}@miharashi.example"]
        with walk.site.app.app_context():
            told_of = sa.select(OutboxMail.event).join(Person).where(Person.login == name)
            events = db.session.scalars(told_of).all()
        assert len(set(events)) == len(events) >= MILESTONES
    texts = "".join(mail.as_string() + mail.get_content() for mail in walk.site.mail.arrived)
    told = (SUMMARY, TITLE, STATEMENT, DECISION, STUDY, RESOURCE, ANSWER, "買い物")
    assert [words for words in told if words in texts] == []
    assert f"{walk.site.url}{walk.paths['case']}" in texts
