"""Files of past cases for tests: rows as an office keeps them, under the template's headings."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.exchange.imports import queries, service, showing
from tracker.exchange.imports.columns import BY_FIELD
from tracker.exchange.imports.rows import Matching
from tracker.exchange.models import ImportBatch, RowResult
from tracker.jobs import imports

FIELDS = ("row_id", "office_ref", "occurred_month", "area_id", "act_type", "summary", "wanted")
FIELDS += ("times_handled", "minutes_each", "requester", "outcome", "gap", "urgency", "household")
HEAD = [BY_FIELD[name].ja for name in FIELDS]
ROW = {
    "row_id": "",
    "office_ref": "",
    "occurred_month": "令和8年4月",
    "area_id": "東圏域",
    "act_type": "HK03",
    "summary": "近くの店が閉まり、米と飲み物の買い物を頼まれた。",
    "wanted": "自宅近くまで来る販売車",
    "times_handled": "3",
    "minutes_each": "40",
    "requester": "本人",
    "outcome": "自ら対応した",
    "gap": "G1",
    "urgency": "数日のうちに必要",
    "household": "",
}


def past_row(**changes: str) -> list[str]:
    """The cells of one row that can be taken in, but for what is changed."""
    assert changes.keys() <= ROW.keys(), changes
    return [*({**ROW, **changes}).values()]


def past_rows(count: int, *, month: str = "2026-04") -> Iterator[list[str]]:
    """So many different rows of an office that numbers them."""
    types = ("HK03", "MV01", "FN02", "GR01")
    for number in range(1, count + 1):
        yield past_row(
            row_id=f"{month}-{number}",
            office_ref=f"A-{number % 700}",
            occurred_month=month,
            act_type=types[number % len(types)],
            summary=f"{number}番目の相談。近くの店が閉まり、米と飲み物の買い物を頼まれた。"
            "通院の付き添いも家族ができず、事業所の職員が代わりに同行した。",
            household="ひとり暮らし、認知症" if number % 3 else "",
        )


def pasted(*rows: Sequence[str], head: Sequence[str] = HEAD) -> str:
    """A block as it is copied from a sheet."""
    return "\n".join("\t".join(map(_quoted, cells)) for cells in (head, *rows))


def _quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if set(cell) & set('\t\r\n"') else cell


def begun(by: Viewer, *rows: Sequence[str], office: int | None = None, **how: Any) -> ImportBatch:
    """An import of these rows whose columns are not matched yet."""
    incoming = service.read_pasted(pasted(*rows, **how))
    office = office or min(by.organisation_ids(Role.AGENCY))
    batch = service.start(incoming, office, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return batch


def checked(by: Viewer, *rows: Sequence[str], **how: Any) -> ImportBatch:
    """An import of these rows that waits to be taken in; matched by its headings."""
    batch = begun(by, *rows, **how)
    return matched(batch, by, Matching.of(batch.mapping))


def matched(batch: ImportBatch, by: Viewer, matching: Matching) -> ImportBatch:
    """The columns are matched so, and the rows are checked."""
    service.match_columns(batch, matching, by=by, at=clock.now())
    db.session.commit()
    work(batch, imports.check)
    return batch


def take_in(batch: ImportBatch, by: Viewer, *, only_good: bool = False) -> ImportBatch:
    """The worker has done what was asked for."""
    version, at = batch.version, clock.now()
    service.take_in(batch, only_good=only_good, version=version, by=by, at=at)
    db.session.commit()
    work(batch, imports.apply)
    return batch


def work(batch: ImportBatch, job: Callable[[dict[str, int], datetime], None]) -> None:
    """What the worker does with a job of this import."""
    job({"batch_id": batch.id}, clock.now())
    db.session.commit()
    db.session.refresh(batch)


def taken_in(by: Viewer, *rows: Sequence[str], **how: Any) -> ImportBatch:
    """An import of these rows, taken in."""
    return take_in(checked(by, *rows, **how), by)


def faults(batch: ImportBatch) -> list[tuple[int, str, str]]:
    """Row, field and reason of everything that is wrong, in order."""
    return [
        (row.number, fault.field, fault.reason.value)
        for row in queries.bad_rows(batch.id)
        for fault in showing.faults_of(row)
    ]


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    """New, changed, unchanged, with errors."""
    new, changed, unchanged, bad = (batch.counts[result] for result in RowResult)
    return new, changed, unchanged, bad
