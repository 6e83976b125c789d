"""Every value a town can set: default, bounds, unit, words, and where the default comes from.

A new value is a member of `Key` and a line here; pages, checks and defaults follow from it.
"""

from datetime import time

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.core import disclosure, workdays
from tracker.settings.values.kinds import Definition, NumberGroup, ValueKind
from tracker.settings.values.models import AREA_TYPE_LABELS, WORDS_LENGTH, AreaType, Key

DAYS, CASES, MONTHS = _l("working days"), _l("cases or more"), _l("months")
OFFICES, HOURS, TIMES = _l("offices or more"), _l("hours or more"), _l("times")
POINTS = _l("points")

_AREAS = _l("介護保険法 117条2項1号: each town divides itself into daily-life areas.")

# The committee says "repeated" and names no number.
_OURS = _l("Our proposal: the committee's material says that a need is repeated, not how often.")
_OWN_RULE = _l("Our proposal; no rule of the country sets it.")
_NATIONAL = _l(
    "The rule of the national long-term care database for published tables: below 25,000 people"
    " counts under 20 are hidden, else those under 10; below 2,000 all; always those of one or two"
    " offices."
)


def _weight(default: int, label: LazyString) -> Definition:
    return Definition(
        NumberGroup.PRIORITY,
        default,
        0,
        9,
        TIMES,
        label,
        _l("The points of this part are multiplied by it; 0 leaves the part out."),
        _OWN_RULE,
    )


def _time(default: time, label: LazyString) -> Definition:
    return Definition(
        NumberGroup.HOURS,
        minutes_of(default),
        0,
        24 * 60 - 1,
        _l("o’clock"),
        label,
        _l(
            "Decides on working days which contacts of the emergency chain are shown, and whether a"
            " case that comes counts from this day or from the next working day."
        ),
        _l("The hours most town offices keep; each town sets its own by rule."),
        kind=ValueKind.TIME,
    )


def _title(default: LazyString, label: LazyString) -> Definition:
    return Definition(
        NumberGroup.TITLES,
        0,
        1,
        WORDS_LENGTH,
        _l("characters"),
        label,
        _l("Stands on the papers made from that day on."),
        _OWN_RULE,
        kind=ValueKind.WORDS,
        default_words=default,
    )


def minutes_of(clock_time: time) -> int:
    """Minutes since midnight."""
    return clock_time.hour * 60 + clock_time.minute


def _keeping(default: int, label: LazyString, explanation: LazyString) -> Definition:
    return Definition(
        NumberGroup.KEEPING,
        default,
        1,
        30,
        _l("years"),
        label,
        explanation,
        _l("Our proposal; the town's own rules on documents come first."),
        _l("Papers of the current year are still in use."),
    )


DEFINITIONS: dict[Key, Definition] = {
    Key.RULE_CASES: Definition(
        NumberGroup.RULE,
        3,
        1,
        99,
        CASES,
        _l("Number of cases"),
        _l("So many cases of one type in one area make a candidate."),
        _OURS,
        _l("A rule of 0 cases would propose what nobody filed a case about."),
    ),
    Key.RULE_OFFICES: Definition(
        NumberGroup.RULE,
        2,
        1,
        20,
        OFFICES,
        _l("Number of offices"),
        _l("The cases come from so many offices, so that one office alone does not make one."),
        _OURS,
        _l("Every case comes from an office."),
    ),
    Key.RULE_MONTHS: Definition(
        NumberGroup.RULE,
        6,
        1,
        24,
        MONTHS,
        _l("Months"),
        _l("Counted are the cases that happened in so many months, this one included."),
        _OURS,
        _l("In 0 months nothing can repeat."),
    ),
    Key.RULE_HOURS: Definition(
        NumberGroup.RULE,
        20,
        1,
        999,
        HOURS,
        _l("Hours of work"),
        _l("So many hours in these months make one too, also from one office or about one client."),
        _OURS,
        _l("A rule of 0 hours would propose every single case."),
    ),
    Key.RULE_SINGLE: Definition(
        NumberGroup.RULE,
        1,
        0,
        1,
        _l("on or off"),
        _l("One urgent case without any resource"),
        _l("Propose a single case at once when it was urgent and no resource exists."),
        _OURS,
        kind=ValueKind.SWITCH,
    ),
    Key.ACCEPT_DAYS: Definition(
        NumberGroup.TARGETS,
        5,
        1,
        60,
        DAYS,
        _l("Until a case is accepted or sent back"),
        _l("Working days of the town office from the day the case came; later it is overdue."),
        _OWN_RULE,
        _l("The first day is the working day after it came."),
    ),
    Key.SORT_DAYS: Definition(
        NumberGroup.TARGETS,
        20,
        1,
        120,
        DAYS,
        _l("Until an accepted case is sorted"),
        _l("Working days from the day the case was accepted; later it is overdue."),
        _OWN_RULE,
        _l("The first day is the working day after it came."),
    ),
    Key.STILL_DAYS: Definition(
        NumberGroup.TARGETS,
        30,
        1,
        365,
        _l("days"),
        _l("Until a case counts as lying still"),
        _l("Days of the calendar in which nothing was done or noted; it need not be overdue."),
        _OWN_RULE,
        _l("Within a day nothing lies still."),
    ),
    Key.W_RECURRENCE: _weight(3, _l("How often it came")),
    Key.W_SEVERITY: _weight(3, _l("How severe it is")),
    Key.W_BREADTH: _weight(2, _l("From how many offices")),
    Key.W_GAP: _weight(2, _l("Why it could not be handed on")),
    Key.W_BURDEN: _weight(1, _l("How long it took")),
    Key.W_TREND: _weight(1, _l("Whether it rises")),
    Key.BAND_A: Definition(
        NumberGroup.PRIORITY,
        22,
        1,
        999,
        POINTS,
        _l("Priority A from"),
        _l("Issues with so many points or more stand in the first band."),
        _OWN_RULE,
        _l("From 0 points on every issue would stand first."),
    ),
    Key.BAND_B: Definition(
        NumberGroup.PRIORITY,
        14,
        1,
        999,
        POINTS,
        _l("Priority B from"),
        _l("Issues with so many points or more stand in the second band, others in the third."),
        _OWN_RULE,
        _l("From 0 points on every issue would stand first."),
    ),
    Key.POPULATION: Definition(
        NumberGroup.FIGURES,
        0,
        0,
        9_999_999,
        _l("people"),
        _l("Population"),
        _l(
            "The fewer people live in the town, the more counts are hidden from people outside it;"
            " 0 means not known, and counts as a town of 2,000 to 24,999."
        ),
        _NATIONAL,
        zero=_l("not known"),
    ),
    Key.POPULATION_SOURCE: Definition(
        NumberGroup.FIGURES,
        0,
        1,
        WORDS_LENGTH,
        _l("characters"),
        _l("Where the population is from"),
        _l("The statistic and its day, for example: basic resident register, 30 September 2026."),
        _OWN_RULE,
        kind=ValueKind.WORDS,
        default_words=_l("no source named"),
    ),
    Key.CELL_TOLD: Definition(
        NumberGroup.FIGURES,
        1,
        0,
        1,
        _l("on or off"),
        _l("Tell figures outside the town"),
        _l("Without it no figure at all is told to other towns, the prefecture and offices."),
        _NATIONAL,
        kind=ValueKind.SWITCH,
    ),
    Key.CELL_LEAST: Definition(
        NumberGroup.FIGURES,
        0,
        0,
        999,
        CASES,
        _l("Counts are told from"),
        _l(
            "Smaller counts are hidden. 0: as the rule of the country says for the population;"
            " the town may only hide more than that."
        ),
        _NATIONAL,
        zero=_l("as the rule of the country says"),
    ),
    Key.CELL_OFFICES: Definition(
        NumberGroup.FIGURES,
        disclosure.FEWEST_OFFICES,
        disclosure.FEWEST_OFFICES,
        20,
        OFFICES,
        _l("Figures are told from"),
        _l("Figures behind which stand fewer offices are hidden, however large they are."),
        _NATIONAL,
        _l("The rule of the country hides what comes from one or two; a town may only hide more."),
    ),
    Key.KEEP_CASE_YEARS: _keeping(
        5,
        _l("Texts of cases"),
        _l(
            "Years after a case was answered, withdrawn or sorted for good, and every issue it"
            " supports was closed; then its texts are erased. Its number, codes and counts stay."
        ),
    ),
    Key.KEEP_ISSUE_YEARS: _keeping(
        10,
        _l("Texts of regional issues and their actions"),
        _l(
            "Years after an issue was closed or not taken up, and nothing was done about its"
            " actions any more; then statements, vignettes and logs are erased, also in the frozen"
            " evidence. Numbers, states, figures and counts stay."
        ),
    ),
    Key.KEEP_MEETING_YEARS: _keeping(
        10,
        _l("Minutes and discussions of meetings"),
        _l(
            "Years after the day of the meeting; then minutes, remarks and discussions are erased."
            " The agenda, the outcomes and the decisions stay."
        ),
    ),
    Key.KEEP_ORIGINAL_DAYS: Definition(
        NumberGroup.KEEPING,
        90,
        0,
        365,
        _l("days"),
        _l("What was taken out of a text"),
        _l(
            "So many days the privacy officer can still read what stood there, if it was kept"
            " when it was taken out; 0: it is never kept."
        ),
        _OWN_RULE,
    ),
    Key.OPENS: _time(workdays.OPENS, _l("Opens at")),
    Key.CLOSES: _time(workdays.CLOSES, _l("Closes at")),
    Key.TITLE_ORDER: _title(_l("Order of proceedings"), _l("The order of proceedings")),
    Key.TITLE_LIST: _title(_l("List of papers"), _l("The list of papers")),
    Key.TITLE_ATTENDEES: _title(_l("List of attendees"), _l("The list of attendees")),
    Key.TITLE_PROGRESS: _title(
        _l("Progress of the last decisions"), _l("The progress of the last decisions")
    ),
    Key.TITLE_SHEETS: _title(_l("Evidence sheets"), _l("The evidence sheets")),
    Key.TITLE_MINUTES: _title(_l("Minutes of the meeting"), _l("The minutes of a meeting")),
    Key.TITLE_FOLDER: _title(_l("Papers of the meeting"), _l("The whole folder")),
    Key.AREA_TYPE: Definition(
        NumberGroup.TITLES,
        0,
        1,
        WORDS_LENGTH,
        _l("characters"),
        _l("What the areas of the town are"),
        _l("Heads the area where a case is filed and on papers."),
        _AREAS,
        kind=ValueKind.CHOICE,
        default_words=AreaType.DAILY_LIFE.value,
        choices={one.value: AREA_TYPE_LABELS[one] for one in AreaType},
    ),
    Key.AREA_KIND: Definition(
        NumberGroup.TITLES,
        0,
        1,
        WORDS_LENGTH,
        _l("characters"),
        _l("The town's own word for its areas"),
        _l("Holds where the areas are called otherwise than in the list above."),
        _AREAS,
        kind=ValueKind.WORDS,
        default_words=_l("daily-life area"),
    ),
}


def keys_of(group: NumberGroup) -> list[Key]:
    """The numbers of a group, in the order to show."""
    return [key for key, definition in DEFINITIONS.items() if definition.group is group]


# Values that count, as rules ask for them; words are read by `queries.words_of`.
NUMBERS = [key for key, definition in DEFINITIONS.items() if not definition.is_words]
