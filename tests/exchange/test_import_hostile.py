"""Sixty broken workbooks, and cells nobody thought of: every bad cell is named, nothing half in."""

import random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import past_cases
from tests.past_cases import HEAD, ROW, past_row
from tracker.accounts.roles import Role
from tracker.cases import filing
from tracker.cases.filing import Whence
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError
from tracker.exchange.imports import queries, service
from tracker.exchange.imports.reasons import Fault
from tracker.exchange.imports.rows import Matching, Reader, draft_of
from tracker.exchange.models import RowResult
from tracker.formats.tables_out import SheetOut, write_xlsx

WORKBOOKS = 60
BROKEN = {  # field → cells that cannot be taken in, and why
    "occurred_month": [
        ("", "empty"),
        ("きのう", "no_month"),
        ("2026-13", "no_month"),
        ("平成40年4月", "no_month"),
        ("2026-12", "future"),
        ("2023-10", "too_old"),
        ("8/4/4/4", "no_month"),
        ("=A1", "no_month"),
    ],
    "area_id": [("", "empty"), ("西の方", "not_served"), ("98321-99", "not_served")],
    "act_type": [("", "empty"), ("HK99", "no_type"), ("HK", "no_type"), ("買", "no_type")],
    "summary": [
        ("", "empty"),
        ("　", "empty"),
        ("あ" * 401, "too_long"),
        ("個人番号 123456789018", "forbidden"),
        ("090-1234-5678 に電話した", "tells_who"),
        ("見\x0bた", "unreadable"),
    ],
    "wanted": [("い" * 201, "too_long"), ("a@example.jp に聞く", "tells_who")],
    "times_handled": [
        ("何度も", "no_number"),
        ("0", "out_of_range"),
        ("1000", "out_of_range"),
        ("-3", "no_number"),
        ("2.5", "no_number"),
    ],
    "minutes_each": [("", "empty"), ("1441", "out_of_range"), ("半時間", "no_number")],
    "requester": [("", "empty"), ("孫", "unknown"), ("SELFISH", "unknown")],
    "outcome": [("", "empty"), ("その他", "unknown")],
    "gap": [("", "empty"), ("G8", "unknown"), ("G1 量が足りない・順番待ち", "unknown")],
    "urgency": [("", "empty"), ("E4", "unknown"), ("急", "unknown")],
    "household": [("ひとり暮らし、犬", "unknown"), ("ALONE;CAT", "unknown")],
    "office_ref": [("ひ" * 101, "too_long")],
}
GOOD = {  # other writings of what can be taken in
    "occurred_month": ["R8.4", "令和８年４月", "2026/4", "202604", "2026-04-17", "4月", "8年4月"],
    "area_id": ["東圏域", "見晴市東圏域", "98201-01", "East area", "９８２０１－０１", "全域"],
    "act_type": ["HK03", "ｈｋ０３", "MV01", "ZZ99", "GR01"],
    "times_handled": ["", "１２", "3回", "999", "3.0"],
    "minutes_each": ["４０", "40分", "1,440", "1"],
    "requester": ["SELF", "本人", "the person", "市町村", "CITY"],
    "gap": ["G1", "g1", "Ｇ１", "G1 資源がない", "G1：資源がない", "資源がない", "No resource"],
    "household": ["", "ALONE", "ひとり暮らし、認知症", "ALONE/DEMENTIA", "alone；"],
    "summary": ["買い物", "=1+1", "'買い物", "あ" * 400, "行\n行", "😀"],
    "wanted": ["", "車", "@home"],
}


def broken_workbook(number):
    """Rows, and row, field and reason of all that is wrong with them."""
    rng = random.Random(number)  # noqa: S311 - the same every time
    rows, wrong = [], []
    for at in range(2, rng.randint(4, 30)):
        cells = {"row_id": f"{number}-{at}", "summary": f"{at}番目の相談"}
        for name in rng.sample(sorted(BROKEN), rng.choice([0, 0, 1, 1, 2, 5])):
            cells[name], reason = rng.choice(BROKEN[name])
            wrong.append((at, name, reason))
        rows.append(past_row(**cells))
    if not wrong:
        rows.append(past_row(gap="?"))
        wrong.append((len(rows) + 1, "gap", "unknown"))
    return rows, wrong


def as_said(cells):
    """What a workbook can hold of these cells: no control characters."""
    return ["".join(char for char in cell if char not in "\x0b") for cell in cells]


@pytest.mark.parametrize("number", range(WORKBOOKS))
def test_every_bad_cell_is_named_and_no_row_gets_in(app, aoi, number):
    rows, wrong = broken_workbook(number)
    if number % 2:  # a pasted block carries any character
        batch = past_cases.checked(aoi, *rows)
    else:
        content = write_xlsx([SheetOut("事例", HEAD, [as_said(row) for row in rows])])
        wrong = [one for one in wrong if one[2] != "unreadable"]
        incoming = service.read_file(content, "past.xlsx")
        office, at = min(aoi.organisation_ids(Role.AGENCY)), the_clock.now()
        batch = service.start(incoming, office, by=aoi, at=at, today=the_clock.today())
        past_cases.matched(batch, aoi, Matching.of(batch.mapping))
    assert sorted(past_cases.faults(batch)) == sorted(wrong)
    for row in queries.bad_rows(batch.id):
        assert all(Fault.of(kept).words for kept in row.errors["errors"])
    assert db.session.scalars(sa.select(Case)).all() == []
    if wrong:
        with pytest.raises(ConflictError):
            past_cases.take_in(batch, aoi)
    db.session.rollback()
    assert db.session.scalars(sa.select(Case)).all() == []


@pytest.mark.parametrize("name", GOOD)
def test_a_cell_may_be_written_in_many_ways(app, aoi, name):
    rows = [past_row(row_id=str(n), **{name: cell}) for n, cell in enumerate(GOOD[name])]
    batch = past_cases.checked(aoi, *rows)
    assert past_cases.faults(batch) == []


# Cells nobody thought of.

quiet = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
anything = st.text(st.characters(exclude_characters="\t\r\n\0"), max_size=40)


def cells_of(name):
    known = [*GOOD.get(name, []), *(cell for cell, _why in BROKEN.get(name, [])), ROW[name]]
    return st.sampled_from(known)


plausible = st.fixed_dictionaries({name: cells_of(name) for name in ROW})
wild = st.fixed_dictionaries({name: st.one_of(anything, cells_of(name)) for name in ROW})


@pytest.fixture
def reader(app, aoi):
    office = min(aoi.organisation_ids(Role.AGENCY))
    lists = queries.lists_for(aoi, office, today=the_clock.today())
    matching = Matching({name: at for at, name in enumerate(ROW)})
    return Reader(office, matching, lists), matching


@settings(quiet, max_examples=300)
@given(row=wild, hidden=st.booleans(), marked=st.booleans())
def test_no_cell_raises_an_exception(reader, row, hidden, marked):
    read, _matching = reader
    places = range(len(ROW))
    looked = read.read([*row.values()], places if hidden else [], places if marked else [])
    assert len(looked.cells) == len(ROW)
    assert all(fault.words for fault in looked.faults)
    if hidden:
        assert {fault.field for fault in looked.faults} >= set(ROW)


@settings(quiet, max_examples=60)
@given(row=plausible)
def test_what_is_taken_in_the_filing_page_would_take_too(reader, aoi, row):
    read, matching = reader
    looked = read.read([*row.values()], [], [])
    if looked.faults:
        return
    draft = draft_of(looked.answers.whole(matching))
    whence = Whence(min(aoi.organisation_ids(Role.AGENCY)))
    at, today = the_clock.now(), the_clock.today()
    case = filing.file_case(draft, whence, by=aoi, at=at, today=today)
    assert case.times_handled >= 1
    db.session.rollback()


@settings(quiet, max_examples=15)
@given(rows=st.lists(wild, min_size=1, max_size=6))
def test_random_rows_go_in_whole_or_not_at_all(app, aoi, rows):
    before = len(db.session.scalars(sa.select(Case)).all())
    cells = [[cell.replace("\n", " ") for cell in row.values()] for row in rows]
    cells.append(past_row(row_id="a good one"))
    batch = past_cases.checked(aoi, *cells)
    good = batch.counts[RowResult.NEW]
    past_cases.take_in(batch, aoi, only_good=True) if good else None
    made = len(db.session.scalars(sa.select(Case)).all()) - before
    assert made == good
    assert sum(past_cases.counts(batch)) == batch.total
