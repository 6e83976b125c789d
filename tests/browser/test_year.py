"""A year in the life of one issue: silence, a trial, a resource, proof, and the need come back."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests import factories, sittings
from tests.browser.test_whole_chain import Walk, describe_resource, press, tick, unfold
from tracker.core import clock
from tracker.core.db import db
from tracker.issues.evidence import months_back
from tracker.issues.models import IssueStatus

TITLE = "買い物の足がない"
STUDY = "停まる場所を町内会と調べ始めました。"
TRIAL = "一つの町内で二回走らせました。"
RESOURCE = "見晴らし号"
PROVEN = "買い物に困る声が減ったことが数字で確かめられました。"


class Year(Walk):
    """The people at their windows; whoever comes back after a while signs in again."""

    def pass_by(self, **how_long: float) -> None:
        """Time has passed, and the worker has done the round of that day."""
        now = clock.now() + timedelta(**how_long)
        self.patch.setattr(clock, "now", lambda: now)
        self.site.work()
        self.site.work()
        self.away = set(self.windows)

    def at(self, login: str, path: str = ""):
        """This person's window, signed in, at this page if one is named."""
        if login not in self.windows:
            self.windows[login] = self.screen(login)
        elif login in self.away:
            self.windows[login].context.clear_cookies()
            self.windows[login].come_in(login)
        self.away.discard(login)
        window = self.windows[login]
        return window.open(path) if path else window.page


@pytest.fixture
def year(site, screen, picture, monkeypatch):
    """A town's meeting has decided to act on a need of which a case came in each month."""
    site.mail.arrived.clear()
    walk = Year(site, screen, picture)
    walk.patch, walk.away = monkeypatch, set()
    with site.app.app_context():
        aoi, sato, mori = (factories.person_called(login) for login in ("aoi", "sato", "mori"))
        months = months_back(clock.today().replace(day=1), 13)
        made = [factories.make_case(by=aoi, occurred_month=month) for month in months]
        cases = [factories.accept(case, by=sato) for case in made]
        issue = factories.make_issue(sato, *cases, status=IssueStatus.CONFIRMED, title=TITLE)
        meeting = factories.plan_meeting(mori)
        item = factories.put_on_agenda(meeting, issue, by=mori)
        factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)
        action = factories.adopt(meeting, item, issue, by=mori, due_on=clock.today().replace(2027))
        walk.paths = {"issue": f"/issues/{issue.id}", "action": f"/actions/{action.id}"}
        db.session.commit()
    return walk


def test_from_the_decision_through_silence_and_proof_to_the_need_come_back(year):
    study_falls_silent(year)
    what_would_be_proof_is_known_before(year)
    tried_and_in_use(year)
    filers_are_told_and_answer(year)
    the_effect_is_watched(year)
    proven_and_closed_by_two(year)
    two_new_cases_open_it_again(year)
    the_next_meeting_is_asked(year)
    assert not year.faults, year.faults


def study_falls_silent(year: Year) -> None:
    """Mori begins; ten weeks later the board says that nobody has written anything."""
    page = year.at("mori", year.paths["action"])
    page.fill("#next_sentence", STUDY)
    press(page, "/next")
    year.pass_by(days=70)
    page = year.at("mori", "/actions/?delay=stalled")
    expect(page.locator("main tbody")).to_contain_text("70日")
    year.look("mori", "year-stalled")


def what_would_be_proof_is_known_before(year: Year) -> None:
    """The page of the action says how far cases must fall, and leads to how that is reckoned."""
    page = year.at("mori", year.paths["action"])
    power = page.locator("[aria-labelledby=power-head]")
    expect(power).to_contain_text(re.compile(r"12か月.*件以下"))
    way = page.locator(".panel", has=power).locator("a")
    expect(way).to_have_attribute("href", f"{year.paths['issue']}/proof")
    year.look("mori", "year-study")


def tried_and_in_use(year: Year) -> None:
    """A trial, and a fortnight later a resource in the directory."""
    page = year.windows["mori"].page
    page.fill("#surveyed", "三つの町内会")
    page.fill("#without", "始めの段階で、ほかの項目はまだ決まっていません。")
    page.fill("#next_sentence", TRIAL)
    press(page, "/next")
    year.pass_by(days=14)
    page = year.at("mori", year.paths["action"])
    unfold(page, "#name_ja")
    describe_resource(page)
    press(page, "/live")
    year.pass_by(hours=1)


def filers_are_told_and_answer(year: Year) -> None:
    """Aoi has a notice and a mail; one press says that she could use it, another that it helped."""
    assert "aoi@miharashi.example" in {mail["To"] for mail in year.site.mail.arrived}
    page = year.at("aoi", "/notices/")
    expect(page.locator("main tbody")).to_contain_text("社会資源")
    answer(year, "used", "year-use-this")
    year.pass_by(days=43)
    answer(year, "helped", "year-did-it-help")


def answer(year: Year, said: str, name: str) -> None:
    """The first question on the list of the office is answered by its button."""
    page = year.at("aoi", "/answers/")
    row = page.locator("tbody tr", has_text="解決しましたか" if said == "helped" else "使えますか")
    row.first.locator("a[href^='/answers/']").click()
    year.look("aoi", name)
    page.locator(f"button[name=answer][value={said}]").click()
    expect(page.locator(".flash-success")).to_be_visible()


def the_effect_is_watched(year: Year) -> None:
    """Three months after the start Mori is reminded to look; it is too early for a verdict."""
    year.pass_by(days=50)
    page = year.at("mori", "/notices/")
    page.locator("tbody tr").first.get_by_role("button").click()
    page.wait_for_url(f"**{year.paths['issue']}/proof")
    expect(page.locator("main")).not_to_contain_text("以前より減りました")


def proven_and_closed_by_two(year: Year) -> None:
    """Half a year without a case is proof: Mori proposes to close, Hara agrees."""
    year.pass_by(days=140)
    page = year.at("mori", f"{year.paths['issue']}/proof")
    expect(page.locator("main")).to_contain_text("以前より減りました")
    year.look("mori", "year-proven")
    page = year.at("mori", year.paths["issue"])
    unfold(page, "form[action$='/close']")
    tick(page, "closed_as", "verified")
    page.fill("#sentence", PROVEN)
    press(page, "/close")
    expect(page.locator("form[action$='/close/second']")).to_have_count(0)
    page = year.at("hara", year.paths["issue"])
    press(page, "/close/second")
    year.look("hara", "year-closed")


def two_new_cases_open_it_again(year: Year) -> None:
    """Aoi's office files two more in autumn; Sato accepts them, and the issue is open again."""
    year.pass_by(days=40)
    with year.site.app.app_context():
        aoi, month = factories.person_called("aoi"), clock.today().replace(day=1)
        made = [factories.make_case(by=aoi, occurred_month=month).id for _ in range(2)]
    for case_id in made:
        press(year.at("sato", f"/triage/{case_id}"), f"/triage/{case_id}/accept")
    page = year.at("mori", year.paths["issue"])
    expect(page.locator(".notice-warning").first).to_contain_text("完了の後")
    year.look("mori", "year-came-back")


def the_next_meeting_is_asked(year: Year) -> None:
    """The meeting that is prepared next proposes the issue by itself; one press puts it there."""
    with year.site.app.app_context():
        mori = factories.person_called("mori")
        path = f"/meetings/{sittings.plan_sitting(sittings.make_series(mori), mori).id}/prepare"
    page = year.at("mori", path)
    box = page.locator("label.check-line", has_text=TITLE)
    expect(box).to_contain_text("新しい事例で再開")
    box.locator("input").check()
    year.look("mori", "year-prepare")
    page.locator("form", has=box).locator("button[type=submit]").first.click()
    expect(page.locator(".flash-success")).to_be_visible()
    expect(page.locator(".prepared")).to_contain_text(TITLE)
