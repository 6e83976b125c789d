"""From an empty town to a first published agenda, as a newcomer walks it."""

import re
from typing import Any

import pyotp
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests import factories
from tests.accounts.national import national_file, office_line
from tests.setting_up import SHIOMI, empty_town
from tracker.accounts import passwords
from tracker.accounts import service as accounts
from tracker.accounts.models import Organisation, OrganisationKind
from tracker.accounts.regions import check_digit
from tracker.accounts.roles import Role
from tracker.accounts.service import NewPerson
from tracker.core import clock
from tracker.core.db import db
from tracker.issues.models import IssueStatus
from tracker.meetings.models import Meeting, MeetingStatus

SETUP = f"/settings/setup/{SHIOMI}"


def first_officer(site) -> None:
    """What `flask user add` makes: an officer who may invite, in a town with nothing else."""
    with site.app.app_context():
        home = factories.make_organisation("高齢介護課", empty_town(), kind=OrganisationKind.OFFICE)
        draft = NewPerson("shio", "汐田 花", None, factories.PASSWORD, "ja")
        person = accounts.add_person(draft, passwords.hashed(factories.PASSWORD), at=clock.now())
        factories.join(person, home.id, Role.OFFICER, may_invite=True)
        db.session.remove()


def submit(page: Page) -> None:
    page.click("main form.form .actions button.button-primary")


def come_in(window) -> Page:
    """Name, password, the second step set up once, the recovery codes looked at."""
    page = window.open("/sign-in")
    page.fill("[name=login]", "shio")
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main button[type=submit]")
    seed = page.locator("p.typed code").inner_text().replace(" ", "")
    page.fill("[name=code]", pyotp.TOTP(seed).at(int(clock.now().timestamp())))
    page.click("main form.form button[type=submit]")
    window.open("/")
    return page


def test_a_newcomer_comes_to_a_first_published_agenda(site, screen, picture, tmp_path):
    first_officer(site)
    window = screen()
    page = come_in(window)
    expect(page.locator(".road li")).to_have_count(13)
    picture(page, "setup-home")
    make_the_town(page, picture)
    take_offices_over(page, tmp_path, picture)
    links = make_letters(page, picture)
    join_by_letter(screen(), links[0])
    report_a_need(site)
    publish(page, picture)
    with site.app.app_context():
        status = db.session.scalar(
            sa.select(Meeting.status).where(Meeting.municipality_id == SHIOMI)
        )
        db.session.remove()
    assert status is MeetingStatus.PUBLISHED


def make_the_town(page: Page, picture: Any) -> None:
    """Two areas, and a centre that serves both."""
    page.click(".road a >> nth=0")
    page.fill("[name=names]", "北\n南")
    submit(page)
    expect(page.locator("main table tbody tr")).to_have_count(2)
    page.click("main .form a.button")
    page.click(".road a >> nth=1")
    page.fill("[name=name_ja]", "汐見町地域包括支援センター")
    page.fill("[name=kana]", "しおみちょうちいきほうかつしえんせんたー")
    for box in page.locator("[name=area_ids]").all():
        box.check()
    page.locator("[name=run][value=outsourced]").check()
    page.fill("[name=phone]", "0980-00-4001")
    submit(page)
    expect(page.locator("main table tbody tr")).to_have_count(2)
    picture(page, "setup-bodies")
    page.click("main .form a.button")


def take_offices_over(page: Page, folder, picture: Any) -> None:
    """Two offices of the national file, put into their areas."""
    code = f"{SHIOMI}{check_digit(str(SHIOMI))}"
    lines = [
        office_line("9870100204", "ケアプラン北", code),
        office_line("9870100212", "ケアプラン南", code),
    ]
    path = folder / "jigyosho_430.csv"
    path.write_bytes(national_file(lines))
    page.click(".road a >> nth=2")
    page.fill("[name=phone]", "0980-00-4000")
    page.fill("[name=kana]", "こうれいかいごか")
    submit(page)
    page.goto(page.url.partition("/organisations/")[0] + SETUP)
    expect(page.locator(".road [aria-current]")).to_contain_text("人口")
    page.click(".road [aria-current] a")
    page.fill("[name=population]", "24000")
    submit(page)
    page.goto(page.url.partition("/settings/")[0] + SETUP)
    page.click(".road a >> nth=5")
    page.set_input_files("[name=file]", path)
    submit(page)
    expect(page.locator("h1")).to_contain_text("変わること")
    picture(page, "setup-preview")
    submit(page)
    for select in page.locator("main select").all():
        select.select_option(index=1)
    submit(page)
    expect(page.locator(".flash-success")).to_be_visible()
    page.click("main a.button-quiet")


def make_letters(page: Page, picture: Any) -> list[str]:
    """Letters on the screen: one an office, each with its own link."""
    page.click(".road a >> nth=6")
    for box in page.locator("[name=office]").all():
        box.check()
    page.click("button[value=screen]")
    expect(page.locator("section.letter")).to_have_count(2)
    links = page.locator("section.letter code").all_inner_texts()
    assert len({link for link in links if re.search(r"/invitations/[\w-]{43}", link)}) == 2
    picture(page, "setup-letters")
    return links


def join_by_letter(window, link: str) -> None:
    """The office opens its letter and makes its account."""
    page = window.open("/invitations/" + link.rpartition("/")[2])
    page.fill("[name=login]", "kita")
    page.fill("[name=name]", "北野 歩")
    for name in ("password", "again"):
        page.fill(f"[name={name}]", factories.PASSWORD)
    submit(page)
    expect(page.locator(".flash-success")).to_be_visible()


def report_a_need(site) -> None:
    """The office files, the centre accepts and sees an issue: other tests walk these pages."""
    with site.app.app_context():
        here = sa.select(Organisation.id).where(Organisation.municipality_id == SHIOMI)
        centre = here.where(Organisation.kind == OrganisationKind.CENTRE)
        sada = factories.make_person("sada", db.session.scalars(centre).one(), Role.CENTRE)
        case = factories.make_case(by=factories.person_called("kita"))
        factories.make_issue(sada, factories.accept(case, by=sada), status=IssueStatus.CONFIRMED)
        db.session.remove()


def publish(page: Page, picture: Any) -> None:
    """A series, its first meeting, and the agenda goes out."""
    page.goto(page.url.partition("/people/")[0] + SETUP)
    expect(page.locator(".road")).to_contain_text("最初の地域課題の確認")
    page.click(".road a:text('会議のシリーズ')")
    page.fill("[name=name]", "汐見町地域ケア推進会議")
    page.locator("[name=level]").first.check()
    page.fill("[name=place]", "町役場 2階会議室")
    page.fill("[name=starts_at]", "14:00")
    page.fill("[name=length_minutes]", "90")
    submit(page)
    picture(page, "setup-series")
    page.goto(page.url + "/plan")
    page.fill("[name=held_on]", "2026-12-15")
    submit(page)
    page.locator("main form[action$='/put'] [name=keys]").first.check()
    page.locator("main form[action$='/put'] button[type=submit]").first.click()
    page.click(".prepared a.button-primary")
    page.fill("[name=question]", "販売車を呼ぶかどうか。")
    submit(page)
    picture(page, "setup-meeting")
    page.click("main form[action$='/publish'] button")
    expect(page.locator("main")).to_contain_text("公開")
    page.goto(page.url.partition("/meetings/")[0] + SETUP)
    expect(page.locator("main")).to_contain_text("最初の次第を公開しました")
    picture(page, "setup-done")
