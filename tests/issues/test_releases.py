"""What people outside a town read of it: whoever subtracts learns nothing that was hidden."""

import csv
import io
from datetime import UTC, date, datetime
from itertools import combinations
from random import Random

import pytest
import sqlalchemy as sa

from tests import factories
from tests.cli.conftest import run_in
from tests.client import parsed
from tests.views import set_population
from tracker.accounts.models import OrganisationKind
from tracker.cases.tallies import CaseTally
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.disclosure import FEWEST_OFFICES, to_tens
from tracker.core.published import TOTAL
from tracker.issues import releases
from tracker.issues.releases import Release
from tracker.taxonomy import queries as taxonomy

MIHARASHI, KAWASE, HARUNO = 98201, 98321, 98000
LAST_YEAR = 2025
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def tally(town, counts, *, year=LAST_YEAR, offices=5):
    """So many cases of each type in the town, spread over these offices."""
    for act_type, count in counts.items():
        for office in range(min(offices, count)):
            share = count // offices + (office < count % offices)
            row = CaseTally(
                municipality_id=town,
                occurred_month=date(year, 6, 1),
                area_id=town * 10,
                act_type_code=act_type,
                organisation_id=office + 1,
                cases=share,
                minutes=share * 30,
            )
            db.session.add(row)
    db.session.commit()


def release(year=LAST_YEAR):
    """The year's figures stand."""
    made = releases.make(year, at=the_clock.now())
    db.session.commit()
    return made


def figure(region, family=TOTAL):
    """As everybody reads it."""
    return releases.towns_table(HARUNO, LAST_YEAR).cases(region, family)


@pytest.mark.both
def test_large_figures_are_released_in_tens_and_small_ones_not(app):
    tally(MIHARASHI, {"HK03": 64, "MV01": 41, "PM01": 3, "FN01": 4})
    tally(KAWASE, {"HK03": 37, "MV01": 52, "PM01": 4, "FN01": 5})
    assert release() == 1
    shown = [figure(MIHARASHI, family) for family in ("HK", "MV", "PM", "FN")]
    assert shown == [60, 40, None, None]
    assert figure(MIHARASHI, "SF") == 0


@pytest.mark.both
def test_a_year_is_released_once_and_stands_whatever_is_filed_later(app, aoi):
    tally(MIHARASHI, {"HK03": 64})
    tally(KAWASE, {"HK03": 37})
    release()
    for _times in range(30):
        factories.make_case(by=aoi, occurred_month=date(2025, 7, 1))
    assert release() == 0
    assert figure(MIHARASHI, "HK") == 60


def test_a_year_that_has_not_ended_is_not_released(app):
    with pytest.raises(ValueError, match="not ended"):
        releases.make(2026, at=the_clock.now())
    db.session.rollback()
    assert run_in(app, "tallies", "release", "--year", "2026").exit_code == 1
    assert "1 prefectures" in run_in(app, "tallies", "release", "--year", "2025").output


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2026, 4, 30), None), (date(2026, 5, 1), 2025), (date(2026, 6, 1), None)],
)
def test_the_year_that_ended_in_march_is_due_in_may(day, year):
    assert releases.due_year(day) == year


def test_the_worker_releases_in_may(app, monkeypatch):
    assert releases.make_due(the_clock.now()) == 0
    assert releases.make_due(MAY) == 1
    assert db.session.scalar(sa.select(Release.fiscal_year)) == LAST_YEAR
    db.session.rollback()


@pytest.mark.both
def test_few_offices_hide_a_figure_however_large(app):
    tally(MIHARASHI, {"HK03": 64}, offices=FEWEST_OFFICES - 1)
    tally(KAWASE, {"HK03": 37, "MV01": 37})
    release()
    assert figure(MIHARASHI, "HK") is None


@pytest.mark.parametrize(("people", "shown"), [(12_000, None), (60_000, 10)])
def test_the_population_of_the_town_decides_what_is_small(app, mori, people, shown):
    set_population(MIHARASHI, people, mori)
    tally(MIHARASHI, {"HK03": 14})
    release()
    assert figure(MIHARASHI, "HK") == shown


def test_of_a_hamlet_nothing_is_said_not_even_a_zero(app, tani):
    set_population(KAWASE, 1_500, tani)
    tally(MIHARASHI, {"HK03": 64, "MV01": 41})
    tally(KAWASE, {"HK03": 90})
    release()
    assert {figure(KAWASE, family) for family in ("HK", "MV", "SF", TOTAL)} == {None}


# An attacker with every address.

TOWNS = {13: (13101, 13102, 13103, 13104, 13105), 14: (14131, 14132, 14133)}


@pytest.fixture
def country(app):
    """Two more prefectures, three years, figures of every size by chance of a seed."""
    rng, types = Random(4), [f"{f.code}01" for f in taxonomy.families()][:6]  # noqa: S311
    for towns in TOWNS.values():
        for town in towns:
            factories.make_organisation(f"第{town}センター", town, kind=OrganisationKind.CENTRE)
    for town in (*TOWNS[13], *TOWNS[14], MIHARASHI, KAWASE):
        for year in (2023, 2024, 2025):
            counts = {t: rng.choice((0, 1, 3, 8, 15, 24, 60, 130)) for t in types}
            tally(town, counts, year=year, offices=rng.choice((1, 3, 6)))
    for year in (2023, 2024, 2025):
        release(year)
    return types


ADDRESSES = [
    f"?year={year}&{which}"
    for year in (2023, 2024, 2025)
    for which in ("of=country", "prefecture=13000", "prefecture=14000", "prefecture=98000")
]
FILTERS = ("gap=G1", "months=6", "family=HK", "rows=area", "urgency=E1", "show=clients", "area=1")


def read(browser, query):
    """(row, column) → number, or None where hidden, from the file."""
    answer = browser.get(f"/matrix/released.csv{query}")
    assert answer.status_code == 200, query
    head, *lines = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    return {
        (line[0], column): int(cell) if cell.isdigit() else None
        for line in lines
        for column, cell in zip(head[1:], line[1:], strict=True)
    }


def test_no_pair_of_addresses_tells_more_than_each_alone(country, sign_in, ken):
    """Each figure is a multiple of ten and the same wherever it stands, so a difference is too."""
    browser = sign_in(ken)
    seen = {query: read(browser, query) for query in ADDRESSES}
    assert all(
        value is None or value % 10 == 0 for table in seen.values() for value in table.values()
    )
    for one, other in combinations(ADDRESSES, 2):
        if one.partition("&")[0] != other.partition("&")[0]:
            continue  # of two years, which have no case in common
        both = seen[one].keys() & seen[other].keys() - {
            place for place in seen[one] if place[0] in {"合計", "Total"}
        }
        assert all(seen[one][place] == seen[other][place] for place in both), (one, other)


def test_the_country_repeats_the_totals_of_its_prefectures_and_has_none_of_its_own(country):
    for year in (2023, 2024, 2025):
        whole = releases.country_table(year)
        assert [region.id for region in whole.regions] == [13000, 14000, 98000]
        for region in whole.regions:
            part = releases.towns_table(region.id, year)
            for family in (*part.families, TOTAL):
                assert whole.cases(region.id, family) == part.cases(region.id, family)


def test_filters_of_an_address_change_nothing_for_a_stranger(country, sign_in, ken, aoi):
    for person in (ken, aoi):
        browser = sign_in(person)
        plain = figures_on(browser.get("/matrix/"))
        for more in FILTERS:
            assert figures_on(browser.get(f"/matrix/?{more}")) == plain, more
        assert figures_on(browser.get("/matrix/released?gap=G1")) == plain


def figures_on(answer):
    """Every figure of the page's table, and what its heat map knows."""
    page = parsed(answer.text)
    cells = [["".join(td.itertext()) for td in tr.iter("td")] for tr in page.iter("tr")]
    heat = next(s.text for s in page.iter("script") if s.get("id") == "heat")
    return cells, heat


def true_counts(prefecture, year):
    """(town, family) → cases, as only the towns know them."""
    rows = db.session.execute(
        sa.select(
            CaseTally.municipality_id,
            sa.func.substr(CaseTally.act_type_code, 1, 2),
            sa.func.sum(CaseTally.cases),
        )
        .where(
            sa.func.round(CaseTally.municipality_id / 1000) == prefecture // 1000,
            CaseTally.occurred_month == date(year, 6, 1),
        )
        .group_by(CaseTally.municipality_id, sa.func.substr(CaseTally.act_type_code, 1, 2))
    )
    return {(town, family): count for town, family, count in rows}


def bounds(table, counts, families):
    """What an attacker who knows the shown figures exactly, not in tens, can narrow each to."""
    towns = [region.id for region in table.regions[:-1]]
    rows, columns = [*towns, table.regions[-1].id], [*families, TOTAL]

    def true(row, column):
        return sum(
            counts.get((t, f), 0)
            for t in (towns if row == rows[-1] else [row])
            for f in (families if column == TOTAL else [column])
        )

    span = {}
    for row in rows:
        for column in columns:
            value = true(row, column)
            hidden = table.cases(row, column) is None
            assert hidden or table.cases(row, column) == to_tens(value)
            span[row, column] = (1, 10**6) if hidden else (value, value)
    sums = [((row, TOTAL), [(row, c) for c in families]) for row in rows]
    sums += [((rows[-1], column), [(t, column) for t in towns]) for column in columns]
    for _round in range(50):
        for total, parts in sums:
            tighten(span, total, parts)
    return span


def tighten(span, total, parts):
    """The sum and its parts limit each other."""
    low, high = (sum(span[part][end] for part in parts) for end in (0, 1))
    span[total] = max(span[total][0], low), min(span[total][1], high)
    for part in parts:
        others_low, others_high = low - span[part][0], high - span[part][1]
        span[part] = (
            max(span[part][0], span[total][0] - others_high),
            min(span[part][1], span[total][1] - others_low),
        )
        low, high = others_low + span[part][0], others_high + span[part][1]


def test_nobody_who_adds_up_a_table_learns_a_hidden_figure(country):
    families = [code[:2] for code in country]
    hidden = 0
    for prefecture in (13000, 14000, 98000):
        for year in (2023, 2024, 2025):
            table = releases.towns_table(prefecture, year)
            span = bounds(table, true_counts(prefecture, year), families)
            for place, (low, high) in span.items():
                if table.cases(*place) is None:
                    hidden += 1
                    assert high - low >= 2, (prefecture, year, place)
    assert hidden > 40, "the tables hide too little to prove anything"


# The page.


@pytest.mark.parametrize("login", ["aoi", "kato", "ono", "ken"])
def test_outside_the_scope_the_matrix_is_the_released_one(sign_in, request, login):
    tally(MIHARASHI, {"HK03": 64})
    tally(KAWASE, {"HK03": 37})
    release()
    browser = sign_in(request.getfixturevalue(login))
    page = browser.get("/matrix/?lang=en&gap=G1").text
    assert "about 60" in page
    assert "asks for filters" in page
    assert "matrix/cases" not in page


def test_mori_reads_exact_figures_and_of_other_towns_the_released_ones(sign_in, mori):
    tally(KAWASE, {"HK03": 37})
    tally(MIHARASHI, {"HK03": 64})
    release()
    browser = sign_in(mori)
    assert "about 40" in browser.get("/matrix/released?lang=en").text
    assert "37" not in parsed_text(browser.get("/matrix/?months=all&lang=en"))


def parsed_text(answer):
    """The words in the main part of the page."""
    return "".join(next(parsed(answer.text).iter("main")).itertext())


@pytest.mark.parametrize(
    "query", ["year=1999", "year=x", "of=planet", "prefecture=x", "prefecture=13101", "year=2024"]
)
def test_a_table_that_was_not_released_is_not_found(sign_in, aoi, query):
    tally(MIHARASHI, {"HK03": 64})
    release()
    assert sign_in(aoi).get(f"/matrix/released?{query}").status_code == 404


def test_before_the_first_release_the_page_says_when_it_comes(sign_in, ken):
    assert "May" in sign_in(ken).get("/matrix/?lang=en").text
    assert sign_in(ken).get("/matrix/released.csv").status_code == 404


@pytest.mark.parametrize("login", ["iin", "kanri", "kansa"])
def test_the_rest_opens_neither(sign_in, request, login):
    browser = sign_in(request.getfixturevalue(login))
    for url in ("/matrix/", "/matrix/released", "/matrix/released.csv", "/matrix/counts.csv"):
        assert browser.get(url).status_code == 403


def test_reading_a_release_takes_one_statement_however_many_regions(app, country, statements):
    for read_table in (
        lambda: releases.country_table(2025),
        lambda: releases.towns_table(13000, 2025),
    ):
        with statements() as seen:
            read_table()
        assert len([one for one in seen if "SELECT" in one]) == 1
