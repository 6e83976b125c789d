"""A formula that somebody typed is a text in every table that can be taken along."""

import csv
import io
import itertools

import openpyxl
import sqlalchemy as sa

from tests.house import crawl
from tracker.core.db import FreeText, db

CALC = "=cmd|'/C calc'!A0"
LEADERS = (CALC, "+1", "-1+1", "@SUM(A1)", "＝1", "＋1", "－1", "＠a", "\t=1", "\n=1", " =1")
TABLES = {crawl.CSV, crawl.EXCEL}
PEOPLE = ("mori", "sato", "aoi", "kansa", "ken")
# What a spreadsheet program takes for a formula, after what it leaves out in front.
LIVE = tuple("=+-@＝＋－＠")


def _plant():
    """Every text of the towns that is not NULL begins like a formula; committed."""
    leaders = itertools.cycle(LEADERS)
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, FreeText)]
        for column in columns:
            rows = sa.update(table).where(column.is_not(None))
            db.session.execute(rows.values({column.name: next(leaders)}))
    for table in ("organisations", "people", "municipalities", "areas"):
        for name in ("name", "name_ja", "name_en"):
            if name in db.metadata.tables[table].c:
                db.session.execute(sa.update(db.metadata.tables[table]).values({name: CALC}))
    db.session.commit()


def _cells(answer):
    """Every cell as a program opens it, and whether it is a formula."""
    if answer.mimetype == crawl.CSV:
        rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
        yield from (
            (cell, cell.lstrip(" \t\r\n\u3000").startswith(LIVE)) for r in rows for cell in r
        )
        return
    for sheet in openpyxl.load_workbook(io.BytesIO(answer.data)):
        for cell in itertools.chain.from_iterable(sheet.iter_rows()):
            yield str(cell.value or ""), cell.data_type == "f" or cell.hyperlink is not None


def _is_number(cell):
    return cell.lstrip("-").replace(".", "", 1).isdigit()


def test_no_cell_of_any_table_to_take_along_is_live(request, app, sign_in, aoi, sato, mori, clock):
    examples = crawl.fill_town(aoi, sato, mori)
    clock.move(minutes=20)
    people = [request.getfixturevalue(login) for login in PEOPLE]
    _plant()
    browsers = [sign_in(person) for person in people]
    live, carried = [], set()
    for page in crawl.pages(app, examples):
        if crawl.DOWNLOADS.get(page.endpoint) not in TABLES:
            continue
        answers = (browser.get(page.url) for browser in browsers)
        answer = next((one for one in answers if one.status_code == 200), None)
        assert answer is not None, f"{page.endpoint}: none of {PEOPLE} may open it"
        for cell, is_live in _cells(answer):
            if is_live and not _is_number(cell):
                live.append((page.endpoint, cell))
            if any(leader.strip() in cell for leader in LEADERS):
                carried.add(page.endpoint)
    assert not live, f"write these through formats.tables_out: {live}"
    assert len(carried) >= 4, f"few tables hold what somebody typed: {carried}"
