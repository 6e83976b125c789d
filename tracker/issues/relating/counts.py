"""Pure: how many cases two groups hold by type and area, before and after an act."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Cell = tuple[str, int]  # code of the type, key of the area
Members = Mapping[int, Cell]  # case → where it is counted


@dataclass(frozen=True)
class Count:
    """Cases by type and area: of the first group, of the second, and of both, each case once."""

    first: Mapping[Cell, int] = field(default_factory=dict)
    second: Mapping[Cell, int] = field(default_factory=dict)
    together: Mapping[Cell, int] = field(default_factory=dict)

    @classmethod
    def of(cls, first: Members, second: Members) -> "Count":
        """Count two groups of cases; a case of both is one in `together`."""
        return cls(_by_cell(first), _by_cell(second), _by_cell({**first, **second}))

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Count":
        """What `to_json` has written."""
        return cls(
            *(
                {(code, area_id): count for code, area_id, count in stored.get(name, [])}
                for name in ("first", "second", "together")
            )
        )

    def to_json(self) -> dict[str, Any]:
        """Lists of [type, area, cases], to be stored with the act."""
        return {
            name: [[*cell, count] for cell, count in sorted(getattr(self, name).items())]
            for name in ("first", "second", "together")
        }

    @property
    def total(self) -> int:
        """Cases in both groups, each once."""
        return sum(self.together.values())


def _by_cell(members: Members) -> dict[Cell, int]:
    return dict(Counter(members.values()))


@dataclass(frozen=True)
class Line:
    """One type and area of a comparison: the counts of both groups before and after."""

    act_type: str
    area_id: int
    first_before: int
    second_before: int
    together_before: int
    first_after: int
    second_after: int
    together_after: int


def compare(before: Count, after: Count) -> list[Line]:
    """One line for each type and area that either counts, by type and area."""
    cells: Iterable[Cell] = sorted({*before.together, *after.together})
    return [
        Line(
            *cell,
            *(getattr(before, name).get(cell, 0) for name in ("first", "second", "together")),
            *(getattr(after, name).get(cell, 0) for name in ("first", "second", "together")),
        )
        for cell in cells
    ]
