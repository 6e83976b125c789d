"""What was measured as a table, and whether it is enough."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from unicodedata import east_asian_width

from tests.bench.pages import Page
from tests.bench.wire import Run

ONE, MANY = 1, 8


@dataclass
class Measured:
    """A page with all its rounds."""

    page: Page
    floor: "Measured | None" = None
    html: int = 0  # bytes as a browser reads them
    wire: int = 0  # bytes of the body as they came
    statements: int | None = None
    wrong: Counter[int] = field(default_factory=Counter)
    _runs: dict[int, list[Run]] = field(default_factory=lambda: defaultdict(list))
    _cpu: float = 0.0

    def add(self, clients: int, run: Run, cpu: float) -> None:
        """One round; `cpu` in seconds."""
        self._runs[clients].append(run)
        self._cpu += cpu
        self.wrong.update(run.wrong)

    def median(self, clients: int, of: Callable[[Run], float]) -> float:
        """The middle round of so many clients."""
        return statistics.median(of(run) for run in self._runs[clients])

    def rate(self, clients: int) -> float:
        """Requests a second."""
        return self.median(clients, lambda run: run.rate)

    def within(self, clients: int, part: float) -> float:
        """Milliseconds in which this share was answered."""
        return self.median(clients, lambda run: run.share(part))

    @property
    def cpu(self) -> float:
        """Milliseconds of CPU a request."""
        return self._cpu * 1000 / sum(len(r.times) for runs in self._runs.values() for r in runs)

    def ratio(self, clients: int) -> float | None:
        """Share of the floor's requests a second."""
        return self.rate(clients) / self.floor.rate(clients) if self.floor else None

    def missed(self) -> list[str]:
        """What is not reached, in words; a share must be reached alone and among eight."""
        goal = self.page.goal
        ratios = [self.ratio(clients) or 0 for clients in (ONE, MANY)]
        checks = (
            ("ratio", goal.ratio is None or min(ratios) >= goal.ratio),
            ("cpu", goal.cpu is None or self.cpu <= goal.cpu),
            ("p50", goal.median is None or self.within(ONE, 0.5) <= goal.median),
            ("p95", goal.p95 is None or self.within(MANY, 0.95) <= goal.p95),
            ("kB", goal.html is None or self.html <= goal.html * 1000),
            ("stm", goal.statements is None or (self.statements or 0) <= goal.statements),
            (f"wrong answers {dict(self.wrong)}", not self.wrong),
        )
        return [name for name, reached in checks if not reached]


HEAD = (
    *("page", "req/s 1", "req/s 8", "p50/p95 1", "p50/p95 8", "cpu ms", "stm", "kB", "wire"),
    *("ratio 1/8", "goal", ""),
)


def lines(found: list[Measured]) -> Iterator[str]:
    """A row for each page."""
    rows = [HEAD, *(_row(one) for one in found)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = zip(row, widths, range(len(row)), strict=True)
        yield "  ".join(_padded(*cell) for cell in cells).rstrip()
    yield "ms; kB of HTML and as sent; ratio: requests a second beside the floor's, alone/among 8"


def _row(one: Measured) -> tuple[str, ...]:
    ratios = [one.ratio(clients) for clients in (ONE, MANY)]
    missed = one.missed()
    verdict = "ok" if str(one.page.goal) else ""
    return (
        one.page.name,
        *(f"{one.rate(clients):.0f}" for clients in (ONE, MANY)),
        *(f"{one.within(c, 0.5):.1f}/{one.within(c, 0.95):.1f}" for c in (ONE, MANY)),
        f"{one.cpu:.2f}",
        "" if one.statements is None else str(one.statements),
        f"{one.html / 1000:.1f}",
        f"{one.wire / 1000:.1f}",
        "" if None in ratios else "/".join(f"{ratio:.2f}" for ratio in ratios),
        str(one.page.goal),
        f"— {', '.join(missed)}" if missed else verdict,
    )


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int, place: int) -> str:
    blanks = " " * (width - _width(text))
    return text + blanks if place in {0, len(HEAD) - 2} else blanks + text
