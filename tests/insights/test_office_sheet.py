"""The yearly sheet of an office: its own cases, what became of each, nothing of anybody else."""

import io
import zipfile

import pypdf
import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.roles import Role
from tracker.actions.models import Stage
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import InvalidInputError
from tracker.insights.sheets import queries, service
from tracker.insights.sheets.models import OfficeSheet, SheetRun
from tracker.issues.models import IssueStatus
from tracker.jobs import sheets, worker
from tracker.notifications.models import Event, Notice

YEAR = 2026
PAGE = "/insights/office-sheet/"


@pytest.fixture
def work(app, clock):
    """One round of the worker, after so long."""

    def go(**how_long):
        clock.move(**how_long)
        db.session.rollback()
        worker.round_of_work(app, the_clock.now())
        db.session.expire_all()

    return go


@pytest.fixture
def live(aoi, sato, mori):
    """A case of Aoi whose issue has a van by now, and one that was answered."""
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    issue = factories.make_issue(sato, case, status=IssueStatus.CONFIRMED)
    action = factories.make_action(issue, by=mori)
    factories.move_action(action, Stage.STUDY, Stage.TRIAL, Stage.LIVE, by=mori)
    other = factories.accept(factories.make_case(by=aoi, act_type="FN01"), by=sato)
    factories.sort(other, by=sato, answer=factories.ANSWER)
    return case, issue, action, other


def office(person):
    return min(person.organisation_ids(Role.AGENCY))


@pytest.mark.both
def test_the_sheet_says_what_became_of_each_case(live, aoi):
    case, issue, action, other = live
    sheet = queries.office_sheet(aoi, office(aoi), YEAR, today=the_clock.today())
    first, second = sheet.lines
    (of_issue,) = first.issues
    assert (first.number, of_issue.number) == (case.number, issue.number)
    assert [(d.number, d.resource_ja) for d in of_issue.deeds] == [(action.number, "見晴らし号")]
    assert (second.number, second.answer) == (other.number, factories.ANSWER)
    sums = sheet.sums
    assert [sums[k] for k in ("filed", "answered", "in_issue", "resource")] == [2, 1, 1, 1]


def test_the_page_shows_it_in_both_languages_and_as_pdf(live, aoi, sign_in):
    browser = sign_in(aoi)
    for language, words in (("ja", "報告した事例と、その後"), ("en", "What you reported")):
        page = browser.get(f"{PAGE}?lang={language}").text
        assert live[0].number in page
        assert words in page
    browser.get(f"{PAGE}?lang=ja")
    paper = pypdf.PdfReader(io.BytesIO(browser.get(f"{PAGE}sheet.pdf").data))
    assert live[0].number in "".join(page.extract_text() for page in paper.pages)


def test_nothing_of_another_office_is_on_it(live, kato, sign_in):
    case = factories.make_case(by=kato)
    page = sign_in(kato).get(PAGE).text
    assert (case.number in page, live[0].number in page) == (True, False)


@pytest.mark.parametrize("login", ["kato", "nishi", "mori", "ono"])
def test_the_sheet_of_an_office_that_is_not_ones_own_is_404(live, request, sign_in, aoi, login):
    browser = sign_in(request.getfixturevalue(login))
    for address in (PAGE, f"{PAGE}sheet.pdf"):
        assert browser.get(f"{address}?office={office(aoi)}").status_code == 404


def test_a_case_counts_in_the_year_in_which_it_was_filed(live, aoi, sign_in):
    page = sign_in(aoi).get(f"{PAGE}?year=2025").text
    assert "この年度に報告した事例はありません。" in page


# For all offices.


@pytest.mark.both
def test_an_officer_has_the_sheets_of_all_offices_made_and_each_is_told(
    live, aoi, kato, mori, work
):
    factories.make_case(by=kato)
    (town,) = mori.municipality_ids(Role.OFFICER)
    service.ask_for_all(town, YEAR, by=mori, at=the_clock.now(), today=the_clock.today())
    db.session.commit()
    work()
    run = db.session.scalars(sa.select(SheetRun)).one()
    assert (run.offices, run.made, run.finished_at is not None) == (2, 2, True)
    told = sa.select(Notice.person_id, Notice.number).where(Notice.event == Event.SHEET_READY)
    assert sorted(map(tuple, db.session.execute(told))) == [
        (aoi.person_id, "R8"),
        (kato.person_id, "R8"),
    ]


def test_a_run_that_was_cut_goes_on_where_it_was(live, sato, work, clock):
    run = _asked(sato)
    sheets.make({"run_id": run.id}, clock.now())
    db.session.commit()
    sheets.make({"run_id": run.id}, clock.now())
    db.session.commit()
    assert len(db.session.scalars(sa.select(OfficeSheet)).all()) == 1


def _asked(person):
    town = min(person.municipality_ids(Role.CENTRE, Role.OFFICER))
    run = service.ask_for_all(town, YEAR, by=person, at=the_clock.now(), today=the_clock.today())
    db.session.commit()
    return run


def test_a_centre_takes_the_papers_of_its_areas_along(live, kato, sato, sign_in, work):
    factories.make_case(by=kato)  # in the west
    browser = sign_in(sato)
    browser.post_form(PAGE, {"year": "2026"}, to=f"{PAGE}runs")
    work()
    run = db.session.scalars(sa.select(SheetRun)).one()
    answer = browser.post_form(PAGE, to=f"{PAGE}runs/{run.id}/sheets.zip")
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert (answer.mimetype, len(names), names[0][-4:]) == ("application/zip", 1, ".pdf")


def test_an_officer_hands_them_out_without_reading_them(live, mori, sign_in, work):
    run = _asked(mori)
    work()
    assert sign_in(mori).send(f"{PAGE}runs/{run.id}/sheets.zip").status_code == 403
    assert "あおばケアプラン室" not in sign_in(mori).get(PAGE).text


def test_a_year_without_cases_is_refused_with_a_sentence(live, mori, sign_in):
    answer = sign_in(mori).post_form(PAGE, {"year": "2024"}, to=f"{PAGE}runs")
    assert answer.status_code == 422
    assert "その年度に事例を報告した事業所はありません。" in answer.text


def test_another_town_cannot_have_them_made(live, tani, mori, sign_in):
    (town,) = mori.municipality_ids(Role.OFFICER)
    answer = sign_in(tani).send(f"{PAGE}runs", {"town": str(town), "year": "2026"})
    assert answer.status_code == 403


def test_papers_are_kept_for_a_month(live, sato, work):
    _asked(sato)
    work()
    work(days=31)
    work()
    assert db.session.scalars(sa.select(OfficeSheet)).all() == []
    assert len(db.session.scalars(sa.select(SheetRun)).all()) == 1


def test_pressed_twice_they_are_made_once_and_a_month_later_they_are_told_anew(live, mori, work):
    _asked(mori)
    with pytest.raises(InvalidInputError):
        _asked(mori)
    work()
    _asked(mori)
    work()
    told = sa.select(sa.func.count(Notice.id)).where(Notice.event == Event.SHEET_READY)
    assert db.session.scalar(told) == 1, "the same month"
    work(days=31)
    _asked(mori)
    work()
    assert db.session.scalar(told) == 2
