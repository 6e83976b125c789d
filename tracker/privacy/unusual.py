"""Reading that is out of the ordinary, a week at a time: exact rules, each with its reason.

None of it proves anything: a deputy, an incident or a large meeting explains much.
"""

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

from tracker.core import clock
from tracker.core.workdays import is_workday
from tracker.notifications import service as notifications
from tracker.notifications.models import Event
from tracker.notifications.service import About
from tracker.privacy import weekly

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
MANY_IN_AN_HOUR = 30  # different cases: two minutes each is no reading
AT_ODD_TIMES = 5  # different texts
DAY_BEGINS, DAY_ENDS = time(7), time(20)  # as for mail: nobody is written to outside of it
ELSEWHERE = 3  # different cases of areas that the centre does not serve
REVEALED = 3  # offices named
MORE_FROM, MORE_TIMES, USUAL_WEEKS = 50, 3, 4  # openings, against the own weeks before
FILES = 10


class Rule(enum.StrEnum):
    """Why reading is shown."""

    MANY = "many"
    ODD_TIMES = "odd_times"
    ELSEWHERE = "elsewhere"
    REVEALED = "revealed"
    MORE = "more"
    FILES = "files"

    @property
    def label(self) -> LazyString:
        """The rule, for the page's explanation."""
        return RULE_LABELS[self]


RULE_LABELS: dict[Rule, LazyString] = {
    Rule.MANY: _l("%(num)s or more different cases opened within one hour", num=MANY_IN_AN_HOUR),
    Rule.ODD_TIMES: _l(
        "%(num)s or more different texts opened before 7:00, from 20:00 on, or on a day the town "
        "office is closed",
        num=AT_ODD_TIMES,
    ),
    Rule.ELSEWHERE: _l(
        "%(num)s or more cases of areas that the person's centre does not serve", num=ELSEWHERE
    ),
    Rule.REVEALED: _l("The names of %(num)s or more offices asked for", num=REVEALED),
    Rule.MORE: _l(
        "%(num)s or more openings, and more than three times the person's own average of the four "
        "weeks before",
        num=MORE_FROM,
    ),
    Rule.FILES: _l("%(num)s or more files and papers taken out", num=FILES),
}


@dataclass(frozen=True)
class Opening:
    """A person opened a text; `area_id` of a case."""

    at: datetime
    person_id: int
    subject: str
    subject_id: int
    area_id: int | None = None


@dataclass(frozen=True)
class Week:
    """Everything the rules look at."""

    openings: Sequence[Opening]
    areas: Mapping[int, frozenset[int]] = field(default_factory=dict)  # of who works in a centre
    revealed: Mapping[int, int] = field(default_factory=dict)  # person → offices named
    files: Mapping[int, int] = field(default_factory=dict)  # person → files
    before: Mapping[int, int] = field(default_factory=dict)  # person → openings in USUAL_WEEKS


@dataclass(frozen=True)
class Finding:
    """What one person did that a rule names, and how often."""

    person_id: int
    rule: Rule
    count: int

    @property
    def sentence(self) -> str:
        """The reason in words, for the reader."""
        return _sentence(self.rule, self.count)


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def find(week: Week) -> list[Finding]:
    """What the rules name, by person, then in the order of the rules; [] for an ordinary week."""
    by_person: dict[int, list[Opening]] = defaultdict(list)
    for opening in week.openings:
        by_person[opening.person_id].append(opening)
    found = []
    for person_id in sorted({*by_person, *week.revealed, *week.files}):
        openings = sorted(by_person[person_id], key=lambda one: one.at)
        counts = {
            Rule.MANY: _most_in_an_hour(openings),
            Rule.ODD_TIMES: len({(o.subject, o.subject_id) for o in openings if _is_odd(o.at)}),
            Rule.ELSEWHERE: _elsewhere(openings, week.areas.get(person_id)),
            Rule.REVEALED: week.revealed.get(person_id, 0),
            Rule.MORE: _more(len(openings), week.before.get(person_id, 0)),
            Rule.FILES: week.files.get(person_id, 0),
        }
        found += [Finding(person_id, r, n) for r, n in counts.items() if n >= _LEAST[r]]
    return found


_LEAST = {
    Rule.MANY: MANY_IN_AN_HOUR,
    Rule.ODD_TIMES: AT_ODD_TIMES,
    Rule.ELSEWHERE: ELSEWHERE,
    Rule.REVEALED: REVEALED,
    Rule.MORE: MORE_FROM,
    Rule.FILES: FILES,
}


def _most_in_an_hour(openings: Sequence[Opening]) -> int:
    """The most different cases within any sixty minutes; the openings come by time."""
    cases = [one for one in openings if one.subject == "cases"]
    inside: dict[int, int] = defaultdict(int)
    first = most = 0
    for one in cases:
        inside[one.subject_id] += 1
        while one.at - cases[first].at >= HOUR:
            gone = cases[first].subject_id
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            first += 1
        most = max(most, len(inside))
    return most


def _is_odd(at: datetime) -> bool:
    local = clock.local(at)
    return not is_workday(local.date()) or not DAY_BEGINS <= local.time() < DAY_ENDS


def _elsewhere(openings: Iterable[Opening], areas: frozenset[int] | None) -> int:
    if areas is None:
        return 0
    away = {o.subject_id for o in openings if o.area_id is not None and o.area_id not in areas}
    return len(away)


def _more(openings: int, before: int) -> int:
    """The openings, when they are far above the own average; someone new has none to compare."""
    if not before or openings * USUAL_WEEKS <= before * MORE_TIMES:
        return 0
    return openings


def _sentence(rule: Rule, n: int) -> str:
    said = {
        Rule.MANY: ngettext(
            "%(num)s case opened within one hour",
            "%(num)s different cases opened within one hour",
            n,
        ),
        Rule.ODD_TIMES: ngettext(
            "%(num)s text opened at odd times", "%(num)s different texts opened at odd times", n
        ),
        Rule.ELSEWHERE: ngettext(
            "%(num)s case of another centre's area", "%(num)s cases of other centres' areas", n
        ),
        Rule.REVEALED: ngettext(
            "The name of %(num)s office asked for", "The names of %(num)s offices asked for", n
        ),
        Rule.MORE: ngettext(
            "%(num)s opening, far more than usual", "%(num)s openings, far more than usual", n
        ),
        Rule.FILES: ngettext("%(num)s file taken out", "%(num)s files taken out", n),
    }
    return str(said[rule])


def week_of(towns: frozenset[int], first: date) -> Week:
    """What happened to the towns' texts in the week that begins on this Monday."""
    since = datetime.combine(first, time.min, clock.TOKYO)
    until = since + WEEK
    openings = [Opening(*row) for row in weekly.openings(towns, since, until)]
    people = {one.person_id for one in openings}
    return Week(
        openings,
        areas=weekly.centre_areas(people, on=first + WEEK - timedelta(days=1)),
        revealed=weekly.reveals(towns, since, until),
        files=weekly.files(towns, since, until),
        before=weekly.opening_counts(towns, since - USUAL_WEEKS * WEEK, since),
    )


def tell(*, at: datetime, today: date) -> int:
    """On a Monday: privacy officers of towns with unusual reading last week hear so, once."""
    if today != monday(today):
        return 0
    first, told = today - WEEK, 0
    for town, officers in weekly.privacy_officers(today=today).items():
        if find(week_of(frozenset({town}), first)):
            path = f"/audit/unusual?week={first.isoformat()}"
            about = About(first.isoformat(), path, once=f"reading:{town}:{first.isoformat()}")
            act = f"reading-{town}-{first.isoformat()}"
            notifications.tell(officers, Event.READING_UNUSUAL, about, act=act, at=at, due_at=at)
            told += len(officers)
    return told
