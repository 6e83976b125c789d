"""Figures say what a hand count says, and the table beside them says the same."""

import json
from datetime import date

import pytest

from tests import factories
from tests.client import parsed
from tracker.insights import figures, queries
from tracker.insights.queries import MonthCount
from tracker.issues.evidence import months_back
from tracker.taxonomy import queries as taxonomy

MONTHS = months_back(date(2026, 11, 24), 18)
SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (9, 10, 11))


def counted(viewer):
    """The rows of the figure for this viewer."""
    return queries.cases_by_month(viewer, first=MONTHS[0], last=MONTHS[-1])


@pytest.fixture
def town(aoi, kato, sato):
    """Five cases that count, one withdrawn, one too old."""
    for person, month, act_type in (
        (aoi, SEPTEMBER, "HK03"),
        (aoi, SEPTEMBER, "HK01"),
        (kato, SEPTEMBER, "MV01"),
        (kato, NOVEMBER, "HK03"),
        (aoi, NOVEMBER, "FN01"),
    ):
        factories.make_case(by=person, occurred_month=month, act_type=act_type)
    factories.withdraw(factories.make_case(by=aoi, occurred_month=SEPTEMBER), by=aoi)
    factories.make_case(by=aoi, occurred_month=date(2025, 5, 1))


@pytest.mark.both
def test_figures_equal_a_hand_count_and_leave_out_withdrawn_cases(town, mori):
    assert counted(mori) == [
        MonthCount(SEPTEMBER, "HK", 2),
        MonthCount(SEPTEMBER, "MV", 1),
        MonthCount(NOVEMBER, "FN", 1),
        MonthCount(NOVEMBER, "HK", 1),
    ]


@pytest.mark.both
def test_another_town_counts_nothing_of_ours(town, tani):
    assert counted(tani) == []


@pytest.mark.both
def test_a_centre_counts_its_area_only(town, nishi):
    assert sum(row.count for row in counted(nishi)) == 2


@pytest.mark.both
def test_those_who_see_no_case_count_none(town, iin, ken, kanri, kansa):
    assert [counted(person) for person in (iin, ken, kanri, kansa)] == [[], [], [], []]


@pytest.fixture
def chart(app):
    """Draw these rows."""
    return lambda rows: figures.cases_by_month(rows, taxonomy.families(), MONTHS)


def test_eighteen_months_end_with_this_one():
    assert (MONTHS[0], MONTHS[-1], len(MONTHS)) == (date(2025, 6, 1), NOVEMBER, 18)


def test_months_go_back_over_the_turn_of_the_year():
    assert months_back(date(2027, 1, 31), 2) == [date(2026, 12, 1), date(2027, 1, 1)]


def test_months_without_cases_are_nought_in_bars_and_table(chart):
    drawn = chart([MonthCount(SEPTEMBER, "HK", 2)])
    assert drawn.payload["data"][0]["y"] == [0] * 15 + [2, 0, 0]
    assert [row[-1] for row in drawn.table.rows] == ["0"] * 15 + ["2", "0", "0"]


@pytest.mark.parametrize(("most", "step"), [(1, 1), (6, 1), (7, 2), (60, 10)])
def test_the_axis_counts_in_whole_cases(chart, most, step):
    family = taxonomy.families()[0].code
    axis = chart([MonthCount(SEPTEMBER, family, most)]).payload["layout"]["yaxis"]
    assert axis["dtick"] == step


def test_without_cases_there_is_no_axis(chart):
    assert chart([]).payload["layout"]["yaxis"]["visible"] is False


def test_the_table_says_the_same_as_the_bars(chart):
    rows = [MonthCount(SEPTEMBER, "HK", 2), MonthCount(SEPTEMBER, "MV", 1)]
    drawn = chart([*rows, MonthCount(NOVEMBER, "HK", 1)])
    bars = {
        trace["name"]: [str(height) for height in trace["y"]] for trace in drawn.payload["data"]
    }
    columns = {
        name: [row[place] for row in drawn.table.rows]
        for place, name in enumerate(drawn.table.head[1:-1], start=1)
    }
    assert bars == columns


def test_totals_of_the_table_add_up(chart):
    drawn = chart([MonthCount(SEPTEMBER, "HK", 2), MonthCount(SEPTEMBER, "MV", 1)])
    for _month, *cells, total in drawn.table.rows:
        assert sum(map(int, cells)) == int(total)


def many_families():
    return [
        MonthCount(OCTOBER, family.code, 20 - n) for n, family in enumerate(taxonomy.families())
    ]


def test_the_seventh_family_and_all_after_it_share_a_bar(chart):
    drawn = chart(many_families())
    assert len(drawn.payload["data"]) == 7
    assert drawn.payload["data"][-1]["name"] == "その他の分野"
    assert sum(sum(trace["y"]) for trace in drawn.payload["data"]) == sum(range(2, 21))


def test_bars_differ_by_more_than_colour(chart):
    markers = [trace["marker"] for trace in chart(many_families()).payload["data"]]
    assert len({marker["color"] for marker in markers}) == len(markers)
    assert len({marker["pattern"]["shape"] for marker in markers}) == len(markers)


def test_the_figure_is_small_and_carries_nothing_plotly_adds_by_itself(chart):
    text = json.dumps(chart(many_families()).payload, ensure_ascii=False)
    assert len(text.encode()) < 20_000
    assert not any(junk in text for junk in ("template", "uirevision", "uid", "bdata"))


def test_the_sentence_names_the_commonest_family(chart):
    drawn = chart([MonthCount(OCTOBER, "HK", 3), MonthCount(OCTOBER, "MV", 1)])
    assert "事例は4件です。" in drawn.summary
    assert "「家事・暮らしの手伝い」（3件、75%）" in drawn.summary


def test_without_a_case_the_sentence_says_so(chart):
    assert "まだ提出されていません" in chart([]).summary


def test_the_page_carries_the_figure_and_its_twin(town, sign_in, mori):
    tree = parsed(sign_in(mori).get("/").text)
    (script,) = [s for s in tree.iter("script") if s.get("type") == "application/json"]
    heights = [
        sum(bar) for bar in zip(*(t["y"] for t in json.loads(script.text)["data"]), strict=True)
    ]
    body = tree.find(".//figure//tbody")
    assert [int("".join(row[-1].itertext())) for row in body] == heights
    assert sum(heights) == 5


def test_a_sentence_in_a_figure_cannot_end_its_script(sign_in, mori, aoi):
    factories.make_case(by=aoi)
    html = sign_in(mori).get("/").text
    assert html.count("</script>") == html.count("<script")
