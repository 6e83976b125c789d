"""What the prefecture reads of its towns."""

from datetime import date

from tests import factories
from tests.factories import make_case
from tests.views import release_last_year
from tracker.insights import queries
from tracker.issues.models import IssueStatus


def test_ken_reads_one_line_for_each_town_with_a_centre(app, ken):
    totals = queries.town_totals(ken)
    assert [town.name_ja for town in totals] == ["見晴市", "川瀬町"]


def test_before_a_release_and_for_a_few_cases_nothing_is_shown(app, aoi, ken):
    assert queries.town_totals(ken)[0].cases.hidden
    for _times in range(3):
        make_case(aoi, occurred_month=date(2026, 2, 1))
    release_last_year()
    assert queries.town_totals(ken)[0].cases.hidden


def test_the_cases_of_this_year_do_not_move_the_figure(app, aoi, ken):
    release_last_year()
    for _times in range(30):
        make_case(aoi)
    assert queries.town_totals(ken)[0].cases.text == "0"


def test_only_confirmed_issues_are_counted_for_the_prefecture(app, aoi, sato, ken):
    case = factories.accept(make_case(aoi), by=sato)
    factories.make_issue(sato, case)
    assert queries.town_totals(ken)[0].open_issues == 0
    factories.make_issue(sato, case, status=IssueStatus.CONFIRMED)
    assert queries.town_totals(ken)[0].open_issues == 1


def test_mori_of_the_town_gets_no_totals_of_towns(app, mori):
    assert queries.town_totals(mori) == []


def test_ken_finds_no_case_anywhere_on_the_home_page(sign_in, aoi, ken):
    case = make_case(aoi)
    page = sign_in(ken).get("/").text
    assert "見晴市" in page
    assert case.number not in page
