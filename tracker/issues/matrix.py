"""Pure: counted cases arranged as areas by act family or type, with every total."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from tracker.core import wareki
from tracker.issues.evidence import Clients, months_back

LAST_MONTHS = (6, 12)
FISCAL_YEARS = 3  # cases older than that cannot be filed
NOBODY = Clients(0, exact=True)

Key = tuple[int | None, str | None]  # area and column; None for the total over all


@dataclass(frozen=True)
class Period:
    """Which months are counted; `key` stands in the address."""

    key: str
    first: date | None = None
    last: date | None = None
    fiscal_year: int | None = None
    length: int | None = None  # so many months up to this one


def periods(today: date) -> list[Period]:
    """What may be asked for: the last months, all, and the latest fiscal years."""
    this_year = wareki.fiscal_year(today)
    latest = [
        Period(str(length), months_back(today, length)[0], today, length=length)
        for length in LAST_MONTHS
    ]
    years = [
        Period(f"fy{year}", date(year, 4, 1), date(year + 1, 3, 31), fiscal_year=year)
        for year in range(this_year, this_year - FISCAL_YEARS, -1)
    ]
    return [*latest, *years, Period("all")]


def chosen_period(key: str | None, today: date) -> Period:
    """The one asked for; the last twelve months when that is none."""
    known = {period.key: period for period in periods(today)}
    return known.get(key or "", known["12"])


@dataclass(frozen=True)
class Counted:
    """Cases of one area, column and office, as the database counted them."""

    area_id: int
    column: str  # a family or an act type
    organisation_id: int
    cases: int
    minutes: int


@dataclass
class Cell:
    """One cell or total: cases, offices and clients each counted once, minutes of all times."""

    area_id: int | None = None  # None: all areas
    column: str | None = None  # None: all columns
    cases: int = 0
    minutes: int = 0
    organisations: set[int] = field(default_factory=set, repr=False)
    clients: Clients = NOBODY

    @property
    def offices(self) -> int:
        """How many offices; what one office files ten times is still one office."""
        return len(self.organisations)

    def add(self, counted: Counted) -> None:
        """These cases belong here as well."""
        self.cases += counted.cases
        self.minutes += counted.minutes
        self.organisations.add(counted.organisation_id)


@dataclass(frozen=True)
class Matrix:
    """Cells by (area, column); None in a key is a total, (None, None) the whole."""

    areas: Sequence[int]
    columns: Sequence[str]
    cells: dict[Key, Cell]

    def cell(self, area_id: int | None, column: str | None) -> Cell:
        """The cell or total; an empty one where nothing was counted."""
        return self.cells.get((area_id, column)) or Cell(area_id, column)

    @property
    def total(self) -> Cell:
        """Everything."""
        return self.cell(None, None)


def arrange(
    counted: Iterable[Counted],
    areas: Sequence[int],
    columns: Sequence[str],
    clients: Mapping[Key, Clients],
) -> Matrix:
    """The matrix of these rows; a column nobody filed a case for is left out, an area never is.

    :param columns: every code that may come, in the order to show
    :param clients: by cell and total; a person of two cells is one in the total of both
    """
    cells: dict[Key, Cell] = {}
    for row in counted:
        for key in (
            (row.area_id, row.column),
            (row.area_id, None),
            (None, row.column),
            (None, None),
        ):
            if key not in cells:
                cells[key] = Cell(key[0], key[1], clients=clients.get(key, NOBODY))
            cells[key].add(row)
    used = [column for column in columns if (None, column) in cells]
    return Matrix(areas, used, cells)


def query(cell: Cell, *, family: str | None, period: Period) -> str:
    """The part of the address that asks for the cases of this cell.

    :param family: the family that is opened, so that columns are its types
    """
    wanted = {
        "area": cell.area_id,
        "family": cell.column if family is None else (family if cell.column is None else None),
        "type": cell.column if family is not None else None,
        "months": period.key,
    }
    return urlencode({name: value for name, value in wanted.items() if value is not None})
