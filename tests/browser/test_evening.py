"""A whole evening: published, pledged, held, each decision once, minutes, word to the filers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.test_whole_chain import Walk, press, tick, unfold
from tracker.core.db import db
from tracker.issues.models import IssueStatus

DISCUSSION = "町内会は前向き。費用は次回までに調べる。"
CORRECTION = "議題1の話し合いに、費用の話を足してください。"
ADDED = "費用は年12万円と見込まれる。"
WHAT, WHY = "移動販売の車に来てもらう準備を始めます。", "同じ声が続いて届いているためです。"
# Outcome → what its boxes need beside the sentence.
DECISIONS = {
    "adopt": {
        "a0-title": "移動販売車の誘致",
        "a0-due_on": "令和9年3月31日",
        "a0-criteria": "週2回、三つの町内に停まる。",
    },
    "ask": {"o-who": "社会福祉協議会", "o-on": "令和9年1月20日"},
    "hold": {"o-event": "国の検討の結果が出る"},
    "refer": {},
    "decline": {},
    "note": {},
}


@pytest.fixture
def walk(site, screen, picture):
    """Nothing has happened yet."""
    return Walk(site, screen, picture)


@pytest.fixture
def evening(site):
    """A planned meeting of the area with an item for each decision; Iin is invited."""
    with site.app.app_context():
        aoi, sato, iin = (factories.person_called(login) for login in ("aoi", "sato", "iin"))
        level = factories.MeetingLevel.AREA
        meeting = factories.plan_meeting(sato, level, length_minutes=120)
        for number, outcome in enumerate(DECISIONS, 1):
            case = factories.accept(factories.make_case(by=aoi), by=sato)
            issue = factories.make_issue(
                sato, case, status=IssueStatus.CONFIRMED, title=f"{number}番目の課題 {outcome}"
            )
            factories.put_on_agenda(meeting, issue, by=sato)
        factories.invite_to(meeting, sato, iin.person_id)
        db.session.commit()
        return f"/meetings/{meeting.id}"


def test_from_the_folder_to_the_word_to_the_filers(walk, evening):
    publish_and_pledge(walk, evening)
    hold(walk, evening)
    for place, (outcome, boxes) in enumerate(DECISIONS.items()):
        decide(walk, place, outcome, boxes)
    write_minutes(walk, evening)
    approve(walk, evening)
    tell(walk, evening)
    assert not walk.faults, walk.faults


def publish_and_pledge(walk: Walk, evening: str) -> None:
    """Iin reads nothing before the pledge, and the agenda after it."""
    press(walk.at("sato", evening), "/publish")
    page = walk.at("iin", f"{evening}/agenda")
    expect(page.locator("main")).not_to_contain_text("1番目の課題")
    walk.look("iin", "evening-pledge")
    page.locator("label", has=page.locator("[name=agreed]")).click()
    press(page, "/pledge")
    expect(page.locator("main")).to_contain_text("1番目の課題")


def hold(walk: Walk, evening: str) -> None:
    """Attendance is noted; the first item has a running clock and a discussion."""
    page = walk.at("sato", f"{evening}/live")
    page.locator("label.chip", has=page.locator("[name=present]")).first.click()
    page.click("button[value=begin]")
    page.locator("button[value^=now-]").first.click()
    expect(page.locator(".timer output")).to_contain_text("残り")
    page.locator("textarea[name$='-discussion']").first.fill(DISCUSSION)
    expect(page.locator("#draft-state")).to_contain_text("保存しました")
    survive_a_cut(walk, page)
    walk.look("sato", "evening-room")


def survive_a_cut(walk: Walk, page: Page) -> None:
    """Without network nothing is sent and nothing is lost; back on it, all is saved by itself."""
    context, box = walk.windows["sato"].context, page.locator("textarea[name$='-discussion']")
    known = list(walk.windows["sato"].troubles)
    context.set_offline(True)
    box.nth(1).fill("切れている間に書いた。")
    page.locator("button[value=notes]").first.click()
    expect(page.locator("#draft-state")).to_contain_text("消えていません")
    expect(box.nth(1)).to_have_value("切れている間に書いた。")
    context.set_offline(False)
    expect(page.locator("#draft-state")).to_contain_text("保存しました")
    walk.windows["sato"].troubles[:] = known  # that the network was away is no fault of the page


def decide(walk: Walk, place: int, outcome: str, boxes: dict[str, str]) -> None:
    """One outcome is noted with what it needs."""
    page = walk.windows["sato"].page
    item = page.locator("section[id^=item-]").nth(place)
    if not item.locator("details").first.get_attribute("open"):
        item.locator("summary").first.click()
    item.locator("label.chip", has=page.locator(f"[value={outcome}]")).click()
    item.locator("textarea[name$='o-sentence']").fill(f"{outcome} の理由です。")
    for name, words in boxes.items():
        item.locator(f"[name$='{name}']").fill(words)
    if outcome == "adopt":
        item.locator("[name$='a0-kind']").select_option("NEW")
        item.locator("[name$='a0-owner_id']").select_option(index=1)
    if outcome == "decline":
        item.locator("[name$='o-decline_reason']").select_option("no_means")
    item.locator("button[value^=outcome-]").click()
    expect(item).to_contain_text(f"{outcome} の理由です。")


def write_minutes(walk: Walk, evening: str) -> None:
    """Drafted, sent to the members, corrected as Iin asks, and answered."""
    page = walk.at("sato", evening)
    press(page, "/minutes/draft")
    expect(page.locator(".minutes-text")).to_contain_text(DISCUSSION)
    unfold(page, "form[action$='/circulate']")
    page.fill("#until", "令和8年12月10日")
    press(page, "/circulate")
    reader = walk.at("iin", f"{evening}/minutes")
    reader.fill("#remark", CORRECTION)
    press(reader, "/minutes/remarks")
    page = walk.at("sato", f"{evening}/minutes/edit")
    page.fill("#text", page.input_value("#text").replace(DISCUSSION, f"{DISCUSSION}{ADDED}"))
    page.fill("#why", "費用を足した。")
    walk.look("sato", "evening-minutes-edit")
    page.click("main form .button-primary")
    expect(page.locator(".minutes-text")).to_contain_text(ADDED)
    page.click("a[href*='/minutes/remarks/']")
    tick(page, "answer", "taken_up")
    page.click("main form .button-primary")
    expect(page.locator("#remarks-head + p + ul")).to_contain_text("反映した")


def approve(walk: Walk, evening: str) -> None:
    """The second person of the centre approves; Iin reads the final text."""
    page = walk.at("hoshino", f"{evening}/minutes")
    press(page, "/minutes/approve")
    walk.look("hoshino", "evening-minutes")
    expect(walk.at("iin", f"{evening}/minutes").locator("main")).to_contain_text(ADDED)


def tell(walk: Walk, evening: str) -> None:
    """Every filer reads two sentences on the page of the case."""
    page = walk.at("sato", f"{evening}/tell")
    count = page.locator("fieldset textarea[name$='-why']").count()
    assert count == len(DECISIONS)
    for number in range(count):
        page.locator("textarea[name$='-what']").nth(number).fill(WHAT)
        page.locator("textarea[name$='-why']").nth(number).fill(WHY)
    page.fill("#on", "令和8年11月24日")
    walk.look("sato", "evening-tell")
    press(page, "/tell")
    expect(page.locator("main")).to_contain_text("お知らせ")
    aoi = walk.at("aoi", "/cases/")
    aoi.locator("main th[scope=row] a").first.click()
    aoi.wait_for_url(re.compile(r"/cases/\d+$"))
    expect(aoi.locator("main")).to_contain_text(WHAT)
    expect(aoi.locator("main")).to_contain_text(WHY)
