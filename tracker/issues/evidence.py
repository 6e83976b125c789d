"""Pure: from the cases of an issue to its figures.

Nothing here asks the database; the largest office is a share, never a name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from statistics import quantiles
from typing import Any

from tracker.cases.models import MUNICIPALITY
from tracker.taxonomy.models import CodeList

MONTHS_SHOWN = 12

CHARGED = "PAID"  # list charge: a fee was taken, not the bare cost

Counts = tuple[tuple[str, int], ...]
# The lists whose codes stand in an evidence, by the name they stand under.
LISTS: dict[str, CodeList] = {
    "gaps": CodeList.GAP,
    "requesters": CodeList.REQUESTER,
    "outcomes": CodeList.OUTCOME,
    "urgencies": CodeList.URGENCY,
    "household": CodeList.HOUSEHOLD,
    "hour_bands": CodeList.HOUR_BAND,
    "charges": CodeList.CHARGE,
    "bodies_agreed": CodeList.BODIES_AGREED,
    "results": CodeList.TRIED,
    "step_results": CodeList.STEP_RESULT,
    "categories": CodeList.RESOURCE_CATEGORY,
}


@dataclass(frozen=True)
class Clients:
    """How many people cases are about."""

    number: int
    exact: bool  # no: some case does not say whether it is about somebody counted already


def clients(known: int, unknown: int) -> Clients:
    """People who are told apart, and cases that may each be about somebody else."""
    return Clients(known + unknown, exact=not unknown)


@dataclass(frozen=True)
class CaseFact:
    """What one case adds to the evidence."""

    organisation_id: int
    month: date  # the first of the month it happened in
    minutes: int  # all its times together
    gap: str
    requester: str
    outcome: str
    urgency: str
    client_key: str | None = None  # equal: the same person; None: nobody knows
    hour_band: str | None = None
    charge: str | None = None
    bodies_agreed: str | None = None  # of a request by the town
    department: str = ""


@dataclass(frozen=True)
class Tried:
    """A resource that was tried, or a kind of which none stands in the directory."""

    category: str
    name_ja: str  # "" for a kind
    name_en: str
    cases: int
    results: Counts


@dataclass(frozen=True)
class MissingStep:
    """A step of the guidance that cannot be taken in this region."""

    text_ja: str
    text_en: str
    cases: int


@dataclass(frozen=True)
class StepTaken:
    """A step of the guidance that was tried, or found to be missing in this region."""

    text_ja: str
    text_en: str
    cases: int
    results: Counts


@dataclass(frozen=True)
class Remarks:
    """What was ticked beside the cases of an issue; everything empty: nothing was."""

    household: Counts = ()
    tried: tuple[Tried, ...] = ()  # the most tried first
    steps_missing: tuple[MissingStep, ...] = ()  # the most often missed first
    steps: tuple[StepTaken, ...] = ()  # the most often taken first; with those that are missing


NO_REMARKS = Remarks()


@dataclass(frozen=True)
class Evidence:
    """What the cases of an issue show. Minutes are of a whole case; None where no case is.

    Frozen sheets keep these names: a new one has to be missing in old sheets without harm.
    """

    cases: int
    offices: int
    clients_up_to: int
    clients_exact: bool  # then there are as many, not up to
    minutes_total: int
    minutes_median: float | None
    minutes_lower_quartile: float | None
    minutes_upper_quartile: float | None
    minutes_mean: float | None
    largest_office_share: float | None  # 0 to 1 of all minutes
    gaps: Counts
    requesters: Counts
    outcomes: Counts
    urgencies: Counts
    months: Counts  # "2026-04" → cases, the last twelve, oldest first
    hour_bands: Counts
    charges: Counts
    charged_share: float | None  # 0 to 1 of the cases that say so; None where none does
    asked_by_town: int
    departments: Counts  # of the town, as they were typed
    bodies_agreed: Counts  # do the care managers' bodies agree to what the town asks?
    household: Counts
    tried: tuple[Tried, ...]
    steps_missing: tuple[MissingStep, ...]
    steps: tuple[StepTaken, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same figures for JSON: the same cases give the same text."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def weigh(facts: Sequence[CaseFact], *, today: date, remarks: Remarks = NO_REMARKS) -> Evidence:
    """The figures of these cases, in any order.

    Quartiles by linear interpolation with both ends included, as Excel's QUARTILE.INC.
    Medians, because what is rare and long is hidden by a mean.
    """
    minutes = sorted(fact.minutes for fact in facts)
    lower, median, upper = _quartiles(minutes)
    by_office = Counter[int]()
    for fact in facts:
        by_office[fact.organisation_id] += fact.minutes
    total = sum(minutes)
    people = _people(facts)
    by_town = [fact for fact in facts if fact.requester == MUNICIPALITY]
    charges = _counted(fact.charge for fact in facts)
    return Evidence(
        cases=len(facts),
        offices=len(by_office),
        clients_up_to=people.number,
        clients_exact=people.exact,
        minutes_total=total,
        minutes_median=median,
        minutes_lower_quartile=lower,
        minutes_upper_quartile=upper,
        minutes_mean=round(total / len(facts), 1) if facts else None,
        largest_office_share=round(max(by_office.values()) / total, 4) if total else None,
        gaps=_counted(fact.gap for fact in facts),
        requesters=_counted(fact.requester for fact in facts),
        outcomes=_counted(fact.outcome for fact in facts),
        urgencies=_counted(fact.urgency for fact in facts),
        months=by_month((fact.month for fact in facts), months_back(today, MONTHS_SHOWN)),
        hour_bands=_counted(fact.hour_band for fact in facts),
        charges=charges,
        charged_share=_share(CHARGED, charges),
        asked_by_town=len(by_town),
        departments=_counted(fact.department for fact in by_town),
        bodies_agreed=_counted(fact.bodies_agreed for fact in by_town),
        household=remarks.household,
        tried=remarks.tried,
        steps_missing=remarks.steps_missing,
        steps=remarks.steps,
    )


def _people(facts: Sequence[CaseFact]) -> Clients:
    keys = [fact.client_key for fact in facts if fact.client_key is not None]
    return clients(len(set(keys)), len(facts) - len(keys))


def _share(code: str, counts: Counts) -> float | None:
    total = sum(count for _code, count in counts)
    return round(dict(counts).get(code, 0) / total, 4) if total else None


def _quartiles(minutes: Sequence[int]) -> tuple[float | None, float | None, float | None]:
    if not minutes:
        return None, None, None
    if len(minutes) == 1:
        return (float(minutes[0]),) * 3
    lower, median, upper = quantiles(minutes, n=4, method="inclusive")
    return float(lower), float(median), float(upper)


def _counted(codes: Iterable[str | None]) -> Counts:
    """Codes with their counts, the commonest first, then by code; what was left open is not."""
    return ranked(Counter(code for code in codes if code))


def ranked(counts: Mapping[str, int]) -> Counts:
    """The commonest first, then by code."""
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def months_back(last: date, count: int) -> list[date]:
    """First days of the `count` months that end with the month of `last`, oldest first."""
    number = last.year * 12 + last.month - 1
    return [date(step // 12, step % 12 + 1, 1) for step in range(number - count + 1, number + 1)]


def by_month(found: Iterable[date], months: Sequence[date]) -> Counts:
    """How many of these firsts of months fall into each of the months; others are left out."""
    counts = Counter(found)
    return tuple((f"{month:%Y-%m}", counts[month]) for month in months)
