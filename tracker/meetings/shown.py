"""Pure: what a sheet says of one issue or case, ready to be set on a page, in a PDF or in Word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import ngettext

from tracker.core.i18n import bracketed, in_english, named
from tracker.formats.bars import Bars
from tracker.taxonomy.models import Code, CodeList

Sheet = Mapping[str, Any]
Codes = Mapping[CodeList, Mapping[str, Code]]
Rows = list[tuple[str, str]]
COUNTS = frozenset({2})  # the third column of a table of three


@dataclass(frozen=True)
class Listing:
    """A small table; `numeric` are the columns of numbers, `weights` shares of the width."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    weights: Sequence[int] = ()


@dataclass(frozen=True)
class Shown:
    """One issue or one case of a sheet, ready to be set; what is empty is not set at all."""

    heading: str
    statement: str = ""
    parts: Rows = field(default_factory=list)
    figures: Rows = field(default_factory=list)
    trend: Bars | None = None
    months: Listing | None = None
    tried: Listing | None = None
    steps: Listing | None = None
    resources: Listing | None = None
    no_resource: str = ""  # the sentence, where there is none
    national: Sequence[str] = ()
    source: str = ""  # of the national figures
    vignettes: Sequence[str] = ()
    options: Listing | None = None


def at_most(
    most: int, caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]
) -> Listing | None:
    """The first rows, its caption saying how many more there are; None for no row."""
    if not rows:
        return None
    more = len(rows) - most
    if more > 0:
        caption += bracketed(and_more(more))
    counts = COUNTS if len(head) > max(COUNTS) else frozenset[int]()
    return Listing(caption, head, rows[:most], counts, weights=(11, 9, 2)[: len(head)])


def and_more(count: int) -> str:
    """What stands where the rest is left out."""
    return ngettext("and %(num)s more", "and %(num)s more", count)


def resource_name(one: Sheet, codes: Codes) -> str:
    """The resource; the kind, when none stands in the directory."""
    names = codes.get(CodeList.RESOURCE_CATEGORY, {})
    return said(one, "name", "_ja") or word_of(names, one["category"])


def word_of(names: Mapping[str, Code], code: str) -> str:
    """A code in words; one that is not known stands as it is."""
    return named(names[code]) if code in names else code


def said(row: Sheet, name: str, japanese: str = "") -> str:
    """A text of a sheet in the page's language, else in Japanese."""
    return str(
        (row.get(f"{name}_en") if in_english() else "") or row.get(f"{name}{japanese}") or ""
    )


def first_of(iso: str) -> date:
    """The first day of a month as sheets write it: `2026-04`."""
    return date.fromisoformat(f"{iso}-01")
