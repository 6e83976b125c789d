"""What the prefecture reads of its towns."""

from tests.factories import make_case
from tracker.core import clock
from tracker.insights import queries


def test_ken_reads_one_line_for_each_town_with_a_centre(app, ken):
    totals = queries.town_totals(ken, today=clock.today())
    assert [town.name_ja for town in totals] == ["見晴市", "川瀬町"]


def test_a_few_cases_are_hidden_from_the_prefecture(app, clock, aoi, ken):
    clock.move(days=-60)
    for _times in range(3):
        make_case(aoi)
    clock.move(days=60)
    miharashi = queries.town_totals(ken, today=clock.now().date())[0]
    assert miharashi.cases.hidden


def test_this_months_cases_do_not_move_the_figure(app, aoi, ken):
    make_case(aoi)
    miharashi = queries.town_totals(ken, today=clock.today())[0]
    assert miharashi.cases.text == "0"


def test_mori_of_the_town_gets_no_totals_of_towns(app, mori):
    assert queries.town_totals(mori, today=clock.today()) == []


def test_ken_finds_no_case_anywhere_on_the_home_page(sign_in, aoi, ken):
    case = make_case(aoi)
    page = sign_in(ken).get("/").text
    assert "見晴市" in page
    assert case.number not in page
