"""Pure: which months and which cases a matrix counts, and its cells with every total."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from tracker.core import wareki
from tracker.issues.evidence import Clients, months_back
from tracker.issues.evidence import clients as told_apart

LAST_MONTHS = (6, 12)
FISCAL_YEARS = 3  # offered; cases older than that cannot be filed, but an older address still opens
FIRST_YEAR = 2000  # long-term care insurance began
NOBODY = Clients(0, exact=True)
LENGTH = re.compile(r"[1-9]\d?")
YEAR = re.compile(r"fy(20\d\d)")
RANGE = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])_(20\d\d)-(0[1-9]|1[0-2])")

Key = tuple[int | None, str | None]  # place and column; None for the total over all


@dataclass(frozen=True)
class Period:
    """Which months are counted; `key` stands in the address."""

    key: str
    first: date | None = None
    last: date | None = None
    fiscal_year: int | None = None
    length: int | None = None  # so many months up to this one


ALL_MONTHS = Period("all")


def periods(today: date) -> list[Period]:
    """What is offered: the last months, the latest fiscal years, all."""
    this_year = wareki.fiscal_year(today)
    latest = [last_months(length, today) for length in LAST_MONTHS]
    years = [fiscal_year(year) for year in range(this_year, this_year - FISCAL_YEARS, -1)]
    return [*latest, *years, ALL_MONTHS]


def last_months(length: int, today: date) -> Period:
    """So many months, this one included."""
    return Period(str(length), months_back(today, length)[0], today, length=length)


def fiscal_year(year: int) -> Period:
    """April to March."""
    return Period(f"fy{year}", date(year, 4, 1), date(year + 1, 3, 31), fiscal_year=year)


def from_to(first: date, last: date) -> Period:
    """From a month to a month, both included; the other way round when they are."""
    first, last = sorted((first.replace(day=1), last.replace(day=1)))
    return Period(f"{first:%Y-%m}_{last:%Y-%m}", first, last)


def period_of(key: str, today: date) -> Period | None:
    """The period an address asks for; None when it is none."""
    if key == ALL_MONTHS.key:
        return ALL_MONTHS
    if LENGTH.fullmatch(key):
        return last_months(int(key), today)
    if (year := YEAR.fullmatch(key)) and FIRST_YEAR <= int(year[1]) <= wareki.fiscal_year(today):
        return fiscal_year(int(year[1]))
    if ends := RANGE.fullmatch(key):
        return from_to(date(int(ends[1]), int(ends[2]), 1), date(int(ends[3]), int(ends[4]), 1))
    return None


@dataclass(frozen=True)
class Narrowing:
    """Coded answers the counted cases have in common; None: any."""

    gap: str | None = None
    requester: str | None = None
    urgency: str | None = None
    work_class: str | None = None

    @property
    def is_open(self) -> bool:
        """Does it let every case through?"""
        return self == EVERY_CASE


EVERY_CASE = Narrowing()


@dataclass(frozen=True)
class Place:
    """A row of the matrix: an area, a centre with its areas, or a town with all of them."""

    id: int
    name_ja: str
    name_en: str
    area_ids: frozenset[int]


class Counted(NamedTuple):
    """Cases of one area, column and office, as the database counted them."""

    area_id: int
    column: str  # a family or an act type
    organisation_id: int
    cases: int
    minutes: int


class ClientCount(NamedTuple):
    """Cases of one area and column about one client; without a key nobody knows about whom."""

    area_id: int
    column: str
    client_key: str | None
    cases: int


class CaseMinutes(NamedTuple):
    """How long the cases of one area and column took that took equally long."""

    area_id: int
    column: str
    minutes: int
    cases: int


@dataclass
class Cell:
    """One cell or total: cases, offices and clients each counted once, minutes of all times."""

    place_id: int | None = None  # None: all places
    column: str | None = None  # None: all columns
    cases: int = 0
    minutes: int = 0
    by_office: dict[int, int] = field(default_factory=dict, repr=False)  # minutes
    known_clients: set[str] = field(default_factory=set, repr=False)
    unknown_clients: int = 0
    times: dict[int, int] = field(default_factory=dict, repr=False)  # minutes of a case → cases

    @property
    def offices(self) -> int:
        """How many offices; what one office files ten times is still one office."""
        return len(self.by_office)

    @property
    def clients(self) -> Clients:
        """How many people, as far as offices have said who is the same."""
        return told_apart(len(self.known_clients), self.unknown_clients)

    @property
    def largest_share(self) -> float | None:
        """Share (0 to 1) of the busiest office in all minutes; None where no minute is."""
        return max(self.by_office.values()) / self.minutes if self.minutes else None

    def quartile(self, part: int) -> float | None:
        """Minutes of a case: 1 the lower quartile, 2 the median, 3 the upper; None without cases.

        By linear interpolation with both ends included, as Excel's QUARTILE.INC.
        """
        count = sum(self.times.values())
        if not count:
            return None
        place, rest = divmod((count - 1) * part, 4)
        low, high = self._at(place), self._at(min(place + 1, count - 1))
        return low + (high - low) * rest / 4

    def _at(self, place: int) -> int:
        for minutes in sorted(self.times):
            place -= self.times[minutes]
            if place < 0:
                return minutes
        raise IndexError(place)

    def add(self, other: "Cell") -> None:
        """The cases of the other cell belong here as well."""
        self.cases += other.cases
        self.minutes += other.minutes
        _add_up(self.by_office, other.by_office)
        if other.times:
            _add_up(self.times, other.times)
        if other.known_clients or other.unknown_clients:
            self.known_clients |= other.known_clients
            self.unknown_clients += other.unknown_clients


def _add_up(mine: dict[int, int], theirs: Mapping[int, int]) -> None:
    for key, number in theirs.items():
        mine[key] = mine.get(key, 0) + number


@dataclass(frozen=True)
class Matrix:
    """Cases by (place, column); None in a key is a total, (None, None) the whole."""

    places: Sequence[int]
    columns: Sequence[str]
    cells: Mapping[Key, Cell]

    def cell(self, place_id: int | None, column: str | None) -> Cell:
        """The cell or total; an empty one where nothing was counted."""
        return self.cells.get((place_id, column)) or Cell(place_id, column)

    @property
    def total(self) -> Cell:
        """Everything."""
        return self.cell(None, None)


Rows = Iterable[Counted] | Iterable[ClientCount] | Iterable[CaseMinutes]


def arrange(
    counted: Iterable[Counted],
    places: Mapping[int, frozenset[int]],
    columns: Sequence[str],
    clients: Iterable[ClientCount] = (),
    minutes: Iterable[CaseMinutes] = (),
) -> Matrix:
    """The matrix of these rows; a column without a case is left out, a place never is.

    :param places: the areas of each, in the order to show; an area of two is counted in both,
        and once in the totals
    :param columns: every code that may come, in the order to show
    """
    by_area: dict[tuple[int, str], Cell] = defaultdict(Cell)
    for area, column, office, cases, spent in counted:
        cell = by_area[area, column]
        cell.cases += cases
        cell.minutes += spent
        cell.by_office[office] = cell.by_office.get(office, 0) + spent
    for area, column, client, cases in clients:
        if client is None:
            by_area[area, column].unknown_clients += cases
        else:
            by_area[area, column].known_clients.add(client)
    for area, column, spent, cases in minutes:
        times = by_area[area, column].times
        times[spent] = times.get(spent, 0) + cases
    cells = _summed(by_area, places)
    return Matrix(list(places), [code for code in columns if (None, code) in cells], cells)


def _summed(
    by_area: Mapping[tuple[int, str], Cell], places: Mapping[int, frozenset[int]]
) -> dict[Key, Cell]:
    """Each place from its areas, and the totals from all areas; columns add up to the whole."""
    of_area: dict[int, list[int]] = defaultdict(list)
    for place, areas in places.items():
        for area in areas:
            of_area[area].append(place)
    cells: dict[Key, Cell] = {}
    for (area, column), part in by_area.items():
        for place in of_area[area]:
            _merge(cells, (place, column), part)
            _merge(cells, (place, None), part)
        _merge(cells, (None, column), part)
    for key in [key for key in cells if key[0] is None]:
        _merge(cells, (None, None), cells[key])
    return cells


def _merge(cells: dict[Key, Cell], key: Key, part: Cell) -> None:
    cell = cells.get(key)
    if cell is None:
        cells[key] = cell = Cell(*key)
    cell.add(part)


@dataclass(frozen=True)
class Asked:
    """What an address asks of the matrix."""

    period: Period
    rows: str = "area"
    family: str | None = None  # the family that is opened, so that columns are its types
    narrowing: Narrowing = EVERY_CASE
    show: str = "cases"

    def query(self, **changed: str | None) -> str:
        """The address of this matrix behind its "?", with some changed; None leaves out."""
        named = {
            "rows": self.rows if self.rows != "area" else None,
            "family": self.family,
            **self._kept(),
            "show": self.show if self.show != "cases" else None,
            **changed,
        }
        return urlencode({name: value for name, value in named.items() if value})

    def cell_query(self, place_id: int | None, column: str | None) -> str:
        """The part of an address that asks for the cases of a cell; codes need no quoting."""
        place = f"{self.rows}={place_id}&" if place_id is not None else ""
        if self.family is None:
            what = f"family={column}&" if column else ""
        else:
            what = f"type={column}&" if column else f"family={self.family}&"
        return f"{place}{what}{self._tail}"

    @cached_property
    def _tail(self) -> str:
        return urlencode({name: value for name, value in self._kept().items() if value})

    def _kept(self) -> dict[str, str | None]:
        return {
            "months": self.period.key,
            "gap": self.narrowing.gap,
            "requester": self.narrowing.requester,
            "urgency": self.narrowing.urgency,
            "work_class": self.narrowing.work_class,
        }
