"""Pure: when what repeats in one area is proposed as a regional issue, and what it weighs.

Source: the third material of the ministry's committee on issues in care management (24 June 2024)
takes a need that has to be handled repeatedly as an issue of the region; how often, how many
offices and how many hours is each town's own number.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.issues.candidates.models import Fired
from tracker.issues.evidence import Clients, clients, months_back

NO_RESOURCE = "G1"  # list gap
SAME_DAY = "E1"  # list urgency
MINUTES = 60


@dataclass(frozen=True)
class Fact:
    """What the rule has to know of one case that counts."""

    case_id: int
    month: date  # first of the month it happened in
    organisation_id: int
    client_key: str | None
    minutes: int  # all its times together
    gap: str
    urgency: str


@dataclass(frozen=True)
class Rule:
    """A town's numbers."""

    cases: int
    months: int
    offices: int
    hours: int
    single: bool  # also one urgent case for which no resource exists

    def __post_init__(self) -> None:
        if min(self.cases, self.months, self.offices, self.hours) < 1:
            raise ValueError("a rule of nothing would propose everything")


@dataclass(frozen=True)
class Learnt:
    """A rule learnt from a grouping by hand, as far as it concerns one cell."""

    id: int
    cases: int
    months: int
    offices: int
    gap: str | None = None

    def __post_init__(self) -> None:
        if min(self.cases, self.months, self.offices) < 1:
            raise ValueError("a rule of nothing would propose everything")


@dataclass(frozen=True)
class Finding:
    """What the rule found in a cell."""

    fired: tuple[Fired, ...]
    case_ids: tuple[int, ...]  # those that speak for it, by id
    offices: int
    clients: Clients
    minutes: int
    first_month: date
    last_month: date
    learnt_rule_id: int | None = None

    @property
    def cases(self) -> int:
        """How many cases speak for it."""
        return len(self.case_ids)


def find(
    facts: Iterable[Fact], rule: Rule | None, *, today: date, learnt: Sequence[Learnt] = ()
) -> Finding | None:
    """What the rules say of the cases of one cell (area and type); None when they say nothing.

    Counted are the cases of this month and the months before it, as many as the rule asks for.
    For repetition and hours all of them speak, for a single urgent case only such cases do, for a
    learnt rule those with its gap.

    :param rule: the town's; None: only the learnt ones are asked
    """
    known = sorted(facts, key=lambda fact: fact.case_id)
    found = _by_town(rule, _within(known, rule.months, today)) if rule else {}
    months = rule.months if rule and found else 0
    spoken = next((one for one in learnt if _speaks(one, known, today)), None)
    if spoken is not None:
        found[Fired.LEARNT] = _of_learnt(spoken, known, today)
    if not found:
        return None
    months = max(months, spoken.months if spoken else 0)  # of those that speak
    return _finding(found, months_back(today, months), spoken)


def _by_town(rule: Rule, recent: list[Fact]) -> dict[Fired, list[Fact]]:
    found: dict[Fired, list[Fact]] = {}
    if len(recent) >= rule.cases and _offices(recent) >= rule.offices:
        found[Fired.REPEATED] = recent
    if sum(fact.minutes for fact in recent) >= rule.hours * MINUTES:
        found[Fired.HOURS] = recent
    if rule.single and (urgent := [fact for fact in recent if is_single(fact)]):
        found[Fired.SINGLE] = urgent
    return found


def is_single(fact: Fact) -> bool:
    """Is one such case enough: needed the same day, and no resource exists?"""
    return fact.gap == NO_RESOURCE and fact.urgency == SAME_DAY


def _within(facts: Sequence[Fact], months: int, today: date) -> list[Fact]:
    first = months_back(today, months)[0]
    return [fact for fact in facts if first <= fact.month <= today]


def _of_learnt(learnt: Learnt, facts: Sequence[Fact], today: date) -> list[Fact]:
    recent = _within(facts, learnt.months, today)
    return [fact for fact in recent if learnt.gap in {None, fact.gap}]


def _speaks(learnt: Learnt, facts: Sequence[Fact], today: date) -> bool:
    counted = _of_learnt(learnt, facts, today)
    return len(counted) >= learnt.cases and _offices(counted) >= learnt.offices


def _offices(facts: Iterable[Fact]) -> int:
    return len({fact.organisation_id for fact in facts})


def _finding(
    found: dict[Fired, list[Fact]], months: Sequence[date], spoken: Learnt | None
) -> Finding:
    by_id = {fact.case_id: fact for facts in found.values() for fact in facts}
    facts = [by_id[case_id] for case_id in sorted(by_id)]
    return Finding(
        fired=tuple(found),
        case_ids=tuple(by_id[case_id].case_id for case_id in sorted(by_id)),
        offices=_offices(facts),
        clients=people(facts),
        minutes=sum(fact.minutes for fact in facts),
        first_month=months[0],
        last_month=months[-1],
        learnt_rule_id=spoken.id if spoken else None,
    )


def people(facts: Iterable[Fact]) -> Clients:
    """The people these cases are about: so many, or up to so many."""
    keys = [fact.client_key for fact in facts]
    known = {key for key in keys if key is not None}
    return clients(len(known), keys.count(None))


def groups(facts: Iterable[Fact], apart: Collection[frozenset[int]]) -> list[list[Fact]]:
    """The cases in as few groups as first fit finds, the largest first.

    In no group do two cases stand that somebody has said do not belong together.

    :param apart: pairs of case ids; none: there is one group, or none without cases
    """
    found: list[list[Fact]] = []
    for fact in sorted(facts, key=lambda fact: fact.case_id):
        fitting = (
            group
            for group in found
            if not any(frozenset((fact.case_id, other.case_id)) in apart for other in group)
        )
        group = next(fitting, None)
        if group is None:
            found.append([fact])
        else:
            group.append(fact)
    return sorted(found, key=lambda group: (-len(group), group[0].case_id))


def weight(finding: Finding) -> int:
    """The order of the list: urgent single cases first, then by offices, cases and hours.

    Fits a 32-bit number; each place is cut where it would reach into the one before it.
    """
    urgent = Fired.SINGLE in finding.fired
    hours = finding.minutes // MINUTES
    return (
        1_000_000_000 * urgent
        + 10_000_000 * min(finding.offices, 99)
        + 10_000 * min(finding.cases, 999)
        + min(hours, 9_999)
    )


@dataclass(frozen=True)
class Trend:
    """Cases of the last months and of the same months a year before."""

    months: int
    now: int
    before: int

    @property
    def rises(self) -> bool:
        """Are there more than a year before?"""
        return self.now > self.before


TREND_MONTHS = 3


def trend(months: Iterable[date], *, today: date, length: int = TREND_MONTHS) -> Trend:
    """Count cases of the last `length` months, this one included, and of the same a year before.

    :param months: the month of each case that counts, in any order
    """
    known = list(months)
    now = set(months_back(today, length))
    before = {month.replace(year=month.year - 1) for month in now}
    return Trend(
        length, sum(month in now for month in known), sum(month in before for month in known)
    )
