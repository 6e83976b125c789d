"""How long 5,000 past cases take from the file to the last case, and how much memory."""

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests import databases, factories
from tests.past_cases import HEAD, past_rows
from tracker.accounts.roles import Role
from tracker.core import clock
from tracker.core.db import WRITING, db
from tracker.exchange.imports import queries, service
from tracker.exchange.imports.rows import Matching
from tracker.exchange.models import BatchStatus, ImportBatch
from tracker.formats.tables_out import SheetOut, write_csv, write_xlsx
from tracker.jobs import imports

ROWS = 5_000


@dataclass
class Times:
    """Seconds of each part on the clock and of work, and the memory at its fullest."""

    kind: str
    seconds: dict[str, tuple[float, float]] = field(default_factory=dict)
    megabytes: float = 0.0

    def take(self, part: str, work: Callable[[], object]) -> None:
        """Do the work and note how long it took."""
        began, worked = time.perf_counter(), time.process_time()
        work()
        self.seconds[part] = (time.perf_counter() - began, time.process_time() - worked)

    def line(self) -> str:
        """To print."""
        total = tuple(map(sum, zip(*self.seconds.values(), strict=True)))
        parts = ", ".join(
            f"{name} {clock:.2f} s ({work:.2f} s of work)"
            for name, (clock, work) in {**self.seconds, "in all": total}.items()
        )
        return f"{ROWS:,} rows of {self.kind}: {parts}; {self.megabytes:.0f} MB"


def files() -> Iterator[tuple[str, bytes]]:
    """The same rows as a workbook and as CSV, told apart by their month."""
    rows = list(past_rows(ROWS))
    yield "cases.xlsx", write_xlsx([SheetOut("事例", HEAD, rows)])
    yield "cases.csv", write_csv(HEAD, list(past_rows(ROWS, month="2026-05")))


def measure(name: str, content: bytes) -> Times:
    """Read, check and take in one file, as the page and the worker do."""
    times = Times(name.rpartition(".")[2])
    aoi = factories.person_called("aoi")
    office = min(aoi.organisation_ids(Role.AGENCY))
    made: list[int] = []

    def read() -> None:
        incoming = service.read_file(content, name)
        at, today = clock.now(), clock.today()
        batch = service.start(incoming, office, by=aoi, at=at, today=today)
        db.session.commit()
        made.append(batch.id)

    def check() -> None:
        batch = queries.get_batch(aoi, made[0], to_change=True)
        service.match_columns(batch, Matching.of(batch.mapping), by=aoi, at=clock.now())
        db.session.commit()
        imports.check({"batch_id": made[0]}, clock.now())
        db.session.commit()

    def apply() -> None:
        batch = queries.get_batch(aoi, made[0], to_change=True)
        version = batch.version
        service.take_in(batch, only_good=False, version=version, by=aoi, at=clock.now())
        db.session.commit()
        imports.apply({"batch_id": made[0]}, clock.now())
        db.session.commit()

    for part, work in (("read", read), ("check", check), ("apply", apply)):
        times.take(part, work)
    done = db.session.get_one(ImportBatch, made[0])
    assert (done.status, done.applied) == (BatchStatus.DONE, ROWS), done.counts
    times.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return times


def report() -> list[str]:
    """The times as lines to print."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        databases.fill(url, Path(folder))
        app = databases.build_app(url, Path(folder))
        with app.app_context():
            WRITING.set(True)
            lines = [measure(name, content).line() for name, content in files()]
        databases.let_go(app)
    return lines


if __name__ == "__main__":
    print("\n".join(report()))  # noqa: T201
