"""The matrix as people ask for it: filters in the address, figures in cells, files, refusals."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from tests import factories, views
from tests.client import parsed
from tests.house.test_pages import assert_sound
from tracker.accounts.models import Area
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues import counting, matrix
from tracker.issues.counting import CellFilter
from tracker.issues.matrix import CaseMinutes, ClientCount, Counted, Narrowing, Period

ALL = Period("all")
HERE = "/matrix/"


@pytest.fixture
def town(aoi, kato):
    """East: shopping of Aoi and of Hidamari, a bath of Aoi; west: rubbish of Kato, urgent."""
    hidamari = factories.person_called("hidamari")
    factories.make_case(by=aoi, office_ref="A", times_handled=1, minutes_each=10)
    factories.make_case(by=hidamari, times_handled=1, minutes_each=30)
    factories.make_case(by=aoi, office_ref="A", act_type="MV01", requester="FAMILY", gap="G2")
    factories.make_case(by=kato, act_type="HK01", urgency="E1", occurred_month=date(2026, 5, 1))


def rows(browser, query="", url="/matrix/counts.csv"):
    """The table of the address as its file has it: row → column → text."""
    answer = browser.get(f"{url}?{query}")
    assert answer.status_code == 200, query
    head, *lines = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    return {line[0]: dict(zip(head[1:], line[1:], strict=True)) for line in lines}


def total(browser, query=""):
    """The total of all cells."""
    return rows(browser, f"lang=en&{query}")["Total"]["Total"]


@pytest.mark.parametrize(
    ("query", "cases"),
    [
        ("", "4"),
        ("gap=G2", "1"),
        ("requester=FAMILY", "1"),
        ("urgency=E1", "1"),
        ("urgency=E1&gap=G1", "1"),
        ("months=6", "3"),
        ("months=2026-04_2026-06", "1"),
        ("first=2026-05&last=2026-05", "1"),
        ("first=R8.5&last=R8.11", "4"),
        ("family=HK", "3"),
    ],
)
def test_every_filter_narrows_the_figures(town, mori, sign_in, query, cases):
    assert total(sign_in(mori), query) == cases


def test_no_case_left_is_said_on_the_page(town, mori, sign_in):
    page = sign_in(mori).get(f"{HERE}?urgency=E1&gap=G2&lang=en").text
    assert "Nobody filed such a case" in page


@pytest.mark.both
def test_the_class_of_a_case_is_what_the_office_says_else_that_of_its_type(aoi, mori):
    factories.make_case(by=aoi)
    factories.make_case(by=aoi, work_class="C3", work_class_reason="ほかの機関の仕事でした。")
    factories.make_case(by=aoi, work_class="open", work_class_reason="どちらとも言えません。")

    def counted(code):
        found = counting.counts(
            mori, ALL, narrowing=Narrowing(work_class=code), today=the_clock.today()
        )
        return sum(row.cases for row in found)

    by_code = {code: counted(code) for code in ("C1", "C2", "C3", "C4", "open")}
    assert sum(by_code.values()) == 3
    assert by_code["C3"] >= 1
    assert by_code["open"] >= 1


@pytest.mark.both
@pytest.mark.parametrize("narrowing", [Narrowing(), Narrowing(gap="G1"), Narrowing(urgency="E1")])
def test_tallies_and_a_live_count_agree(town, mori, narrowing):
    """A narrowing that lets every case through would be counted from the tallies."""
    found = counting.counts(mori, ALL, narrowing=narrowing)
    listed = CellFilter(ALL, narrowing=narrowing)
    assert sum(r.cases for r in found) == counting.figures_of_cell(mori, listed).cases
    assert sum(r.minutes for r in found) == counting.figures_of_cell(mori, listed).minutes


@pytest.mark.both
def test_rows_may_be_areas_centres_or_towns(town, mori, sato):
    assert [place.name_ja for place in counting.places(mori, "town")] == ["見晴市"]
    centres = counting.places(mori, "centre")
    assert len(centres) == 2
    areas = frozenset(place.id for place in counting.places(mori, "area"))
    assert frozenset().union(*(centre.area_ids for centre in centres)) == areas
    assert [place.area_ids for place in counting.places(sato, "centre")] == [
        sato.area_ids(Role.CENTRE)
    ]


def test_an_area_of_two_centres_counts_in_both_and_once_in_the_total():
    rows = [Counted(1, "HK", 7, 2, 60), Counted(2, "HK", 8, 3, 90)]
    places = {10: frozenset({1}), 20: frozenset({1, 2})}
    found = matrix.arrange(rows, places, ["HK"])
    assert [found.cell(p, "HK").cases for p in (10, 20, None)] == [2, 5, 5]


def test_figures_of_a_cell_equal_a_count_by_hand():
    """Minutes 10, 20, 30 and 100; the third office has 100 of 160; one client is known."""
    rows = [Counted(1, "HK", 7, 2, 30), Counted(1, "HK", 8, 1, 30), Counted(1, "HK", 9, 1, 100)]
    people = [ClientCount(1, "HK", "a", 2), ClientCount(1, "HK", None, 2)]
    minutes = [CaseMinutes(1, "HK", m, 1) for m in (10, 20, 30, 100)]
    places = {1: frozenset({1})}
    cell = matrix.arrange(rows, places, ["HK"], people, minutes).cell(1, "HK")
    assert (cell.cases, cell.offices, cell.minutes) == (4, 3, 160)
    assert (cell.clients.number, cell.clients.exact) == (3, False)
    assert [cell.quartile(part) for part in (1, 2, 3)] == [17.5, 25, 47.5]
    assert cell.largest_share == 100 / 160


@pytest.mark.parametrize(
    ("show", "shown"),
    [("cases", "2"), ("offices", "2"), ("clients", "2"), ("minutes", "40"), ("median", "20.0")],
)
def test_each_figure_can_stand_in_the_cells(town, mori, sign_in, show, shown):
    table = rows(sign_in(mori), f"lang=en&family=HK&show={show}")
    east = next(line for name, line in table.items() if "ast" in name)
    assert float(east["Total"]) == float(shown)


def test_the_share_of_the_busiest_office_is_a_percentage(town, mori, sign_in):
    table = rows(sign_in(mori), "lang=en&family=HK&show=share&months=6")
    assert table["Total"]["Total"] == "75"


@pytest.mark.parametrize("show", ["cases", "offices", "clients", "minutes", "median", "share"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_is_sound_whatever_it_shows(town, mori, sign_in, show, lang):
    views.save_view(mori)
    url = f"{HERE}?show={show}&rows=centre&gap=G1&lang={lang}"
    assert_sound(sign_in(mori).get(url).text, url, lang)


def test_the_heat_map_has_the_figures_of_the_table(town, mori, sign_in):
    browser = sign_in(mori)
    page = parsed(browser.get(f"{HERE}?lang=en").text)
    (drawn,) = json.loads(next(s.text for s in page.iter("script") if s.get("id") == "heat"))[
        "data"
    ]
    table = rows(browser, "lang=en")
    for family, line in zip(drawn["y"], drawn["z"], strict=True):
        for area, value in zip(drawn["x"], line, strict=True):
            assert str(value) == table[area][family]


# Refusals.


@pytest.mark.parametrize(
    "query",
    [
        "gap=XX",
        "requester=<b>",
        "urgency=E9",
        "work_class=C9",
        "family=QQ",
        "months=fy1999",
        "rows=street",
        "show=names",
        "first=2026-05",
        "first=x&last=y",
    ],
)
def test_what_is_unknown_is_refused_and_no_figure_shown(town, mori, sign_in, query):
    browser = sign_in(mori)
    answer = browser.get(f"{HERE}?{query}")
    assert answer.status_code == 422
    assert not list(parsed(answer.text).iter("table"))
    assert_sound(answer.text, query, "ja")
    assert browser.get(f"/matrix/counts.csv?{query}").status_code == 422
    assert browser.get(f"/matrix/cases/?{query}").status_code == 404


@pytest.mark.parametrize("query", ["area=999999", "area=x", "area=", "centre=1", "town=98321"])
def test_a_cell_that_does_not_exist_is_not_found(town, mori, sign_in, query):
    assert sign_in(mori).get(f"/matrix/cases/?{query}").status_code == 404


@pytest.mark.parametrize("query", ["type=XX99", "family=XX"])
def test_cells_of_no_type_are_not_found(town, mori, sign_in, query):
    assert sign_in(mori).get(f"/matrix/cases/?{query}").status_code == 404


def test_a_cell_of_an_area_of_another_centre_is_not_found(town, sato, nishi, sign_in):
    (west,) = nishi.area_ids(Role.CENTRE)
    assert sign_in(nishi).get(f"/matrix/cases/?area={west}").status_code == 200
    assert sign_in(sato).get(f"/matrix/cases/?area={west}").status_code == 404


# An address opened by somebody else.


def test_a_colleague_opens_the_address_with_rights_of_their_own(town, mori, sato, tani, sign_in):
    query = "lang=en&months=12&urgency=E1"
    assert total(sign_in(mori), query) == "1"
    for person in (sato, tani):
        table = rows(sign_in(person), query)
        assert {cell for line in table.values() for cell in line.values()} <= {"0"}


def test_cells_of_every_kind_lead_to_as_many_cases_as_they_say(town, mori, sign_in):
    browser = sign_in(mori)
    for query in ("", "rows=centre", "rows=town", "family=HK", "urgency=E1", "gap=G1&months=6"):
        page = parsed(browser.get(f"{HERE}?{query}").text)
        links = [a for a in page.iter("a") if "/matrix/cases/" in (a.get("href") or "")]
        assert links
        for link in links:
            listed = parsed(browser.get(link.get("href")).text)
            boxes = [i for i in listed.iter("input") if i.get("name") == "case_ids"]
            assert str(len(boxes)) == link.text, link.get("href")


@pytest.mark.parametrize(
    ("login", "rows", "said"),
    [
        ("sato", "town", True),
        ("sato", "area", False),
        ("mori", "town", False),
    ],
)
def test_a_centre_is_told_that_a_town_is_its_own_areas_only(
    town, sign_in, request, login, rows, said
):
    browser = sign_in(request.getfixturevalue(login))
    page = browser.get(f"/matrix/?rows={rows}")
    assert ("担当圏域の事例だけです" in page.text) is said
    file = browser.get(f"/matrix/counts.xlsx?rows={rows}")
    title = openpyxl.load_workbook(io.BytesIO(file.data)).worksheets[0]["A1"].value
    assert ("担当圏域のみ" in title) is said


def test_the_page_of_a_cell_has_all_its_figures(town, mori, sign_in):
    page = sign_in(mori).get("/matrix/cases/?family=HK&months=6&lang=en").text
    for words in ("up to 2", "median 20", "75%"):
        assert words in page


def test_a_retired_type_keeps_its_column(town, mori, aoi, sign_in):
    act = factories.make_act_type("HK98")
    factories.make_case(by=aoi, act_type="HK98")
    act.valid_until = date(2026, 11, 1)
    db.session.commit()
    assert rows(sign_in(mori), "lang=en&family=HK")["Total"]["name HK98"] == "1"


def test_the_workbook_has_the_figures_of_the_page_and_says_what_they_are(town, mori, sign_in):
    answer = sign_in(mori).get("/matrix/counts.xlsx?lang=en&gap=G1")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "12 months" in cells[0][0]
    assert cells[-1][-1] == 3
    assert len(cells) == 2 + 2 + 1


@pytest.mark.parametrize("query", ["", "show=clients", "show=median", "gap=G1", "rows=centre"])
def test_the_page_takes_at_most_five_statements_beside_the_frame(
    town, mori, sign_in, statements, query
):
    browser = sign_in(mori)
    browser.get(f"{HERE}?{query}")
    with statements() as seen:
        browser.get(f"{HERE}?{query}")
    framed = [one for one in seen if "sessions" in one or "notices" in one]
    assert len(seen) - len(framed) <= 5, seen


def test_a_person_of_two_towns_has_a_row_for_each(town, mori, tani, ono):
    factories.make_case(by=ono)
    both = replace(mori, standings=(*mori.standings, *tani.standings))
    assert [place.id for place in counting.places(both, "town")] == [98201, 98321]
    areas = {area.id: area for area in db.session.query(Area)}
    for place in counting.places(both, "town"):
        assert {areas[key].municipality_id for key in place.area_ids} == {place.id}
