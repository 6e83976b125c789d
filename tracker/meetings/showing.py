"""Pure: a sheet in words of the page's language, the same for the page, the PDF and Word.

It takes sheets of today's shape (see `shapes`). A count that is None is hidden; on a sheet for the
public every other count is a rounded one, and says so.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.i18n import (
    bracketed,
    date_short,
    in_english,
    labelled,
    listed,
    month_short,
    named,
    number,
    sentences,
)
from tracker.formats.bars import Bars
from tracker.issues.evidence import LISTS
from tracker.issues.material.models import Cost
from tracker.issues.statement import in_words
from tracker.meetings.showing_cases import case_shown
from tracker.meetings.shown import (
    Codes,
    Listing,
    Rows,
    Sheet,
    Shown,
    and_more,
    at_most,
    first_of,
    resource_name,
    said,
    word_of,
)
from tracker.resources.models import ResourceStatus
from tracker.taxonomy.models import Code, CodeList

WEIGHTS_OF_RESOURCES = (7, 5, 4, 3, 5)
# More of a kind would not leave the rest of the page any room.
MOST_ANSWERS, MOST_TRIED, MOST_STEPS = 4, 4, 3


def shown(sheet: Sheet, codes: Codes, *, area: str = "") -> list[Shown]:
    """The issues or the cases of a sheet, in its order.

    :param codes: the lists of `issues.evidence.LISTS`; a code they do not hold stands as it is
    :param area: what the town calls its areas; "" for our word
    """
    area = area or _("Area")
    about = bool(sheet.get("public"))
    issues = [
        _Issue(issue, codes, area, rounded=about).shown() for issue in sheet.get("issues", ())
    ]
    return issues + [case_shown(case, codes, area) for case in sheet.get("cases", ())]


class _Issue:
    """One issue of a sheet on its way into words."""

    def __init__(self, issue: Sheet, codes: Codes, area: str, *, rounded: bool) -> None:
        self.issue, self.codes, self.area, self.rounded = issue, codes, area, rounded
        self.evidence: Sheet = issue["evidence"]

    def shown(self) -> Shown:
        issue = self.issue
        gaps = {code: named(row) for code, row in self.codes.get(CodeList.GAP, {}).items()}
        resources = self._resources()
        return Shown(
            heading=_("Issue %(number)s: %(title)s", number=issue["number"], title=issue["title"]),
            statement=issue["statement"],
            parts=in_words(issue["parts"], gaps),
            figures=[
                *self._place(),
                *self._figures(),
                *self._answers(),
                *self._charged(),
                *self._town(),
            ],
            trend=self._trend(),
            months=self._months(),
            tried=self._tried(),
            steps=self._steps(),
            resources=resources,
            no_resource="" if resources else labelled(_("Resources for this"), _("None is known.")),
            national=[_national(one) for one in issue["national"]],
            source=_source(issue["national"]),
            vignettes=[one["text"] for one in issue["vignettes"]],
            options=_options(issue["options"]),
        )

    def _place(self) -> Rows:
        """What it is about, and where; early sheets did not say it."""
        if not self.issue["act_type"]:
            return []
        where = said(self.issue, "area") or _("The whole town")
        return [(_("Type"), said(self.issue, "act_type")), (self.area, where)]

    def count(self, value: int | None) -> str:
        """A count as it may be read."""
        if value is None:
            return _("not shown")
        return (
            _("about %(count)s", count=number(value)) if self.rounded and value else number(value)
        )

    def counted(self, counts: Sequence[tuple[str, int | None]], names: Mapping[str, Code]) -> str:
        """The commonest answers in words, each with how many gave it behind in brackets."""
        words = [
            f"{word_of(names, code)}{bracketed(self.count(count))}"
            for code, count in counts[:MOST_ANSWERS]
        ]
        more = len(counts) - len(words)
        if more > 0:
            words.append(and_more(more))
        return listed(words)

    def _figures(self) -> Rows:
        evidence = self.evidence
        found = [(_("Cases"), self._cases())]
        if evidence["minutes_total"] is not None:
            found.append((_("Minutes in all"), f"{evidence['minutes_total']:,g}"))
        if evidence["minutes_median"] is not None:
            found.append((_("Minutes for one case"), _spread(evidence)))
        share = evidence["largest_office_share"]
        if share is not None:
            found.append((_("Share of the busiest office"), f"{round(100 * share)}%"))
        return found

    def _cases(self) -> str:
        evidence = self.evidence
        if evidence["cases"] is None:
            return _("not shown")
        counts = {
            "cases": self.count(evidence["cases"]),
            "offices": number(evidence["offices"]),
            "clients": self.count(evidence["clients_up_to"]),
        }
        if evidence["clients_exact"]:
            return _("%(cases)s cases from %(offices)s offices, of %(clients)s people", **counts)
        return _(
            "%(cases)s cases from %(offices)s offices, of at most %(clients)s people", **counts
        )

    def _answers(self) -> Rows:
        labels: dict[str, Callable[[], str]] = {
            "gaps": lambda: _("Gap"),
            "requesters": lambda: _("Requester"),
            "outcomes": lambda: _("Outcome"),
            "urgencies": lambda: _("Urgency"),
            "household": lambda: _("Circumstances of the household"),
            "hour_bands": lambda: _("At what hours"),
            "charges": lambda: _("Charge"),
        }
        return [
            (label(), self.counted(self.evidence[name], self.codes.get(LISTS[name], {})))
            for name, label in labels.items()
            if self.evidence[name]
        ]

    def _charged(self) -> Rows:
        share = self.evidence["charged_share"]
        if share is None:
            return []
        words = _("%(share)s %% of the cases that say so", share=round(100 * share))
        return [(_("A fee was charged"), words)]

    def _town(self) -> Rows:
        """What the municipality asked for, by its departments, and whether that was agreed."""
        evidence = self.evidence
        count = evidence["asked_by_town"]
        if not count:
            return []
        asked = ngettext("%(num)s case", "%(num)s cases", count)
        rows = [(_("What the municipality asked for"), asked)]
        if evidence["departments"]:
            rows.append((_("Departments"), self.counted(evidence["departments"], {})))
        if evidence["bodies_agreed"]:
            names = self.codes.get(CodeList.BODIES_AGREED, {})
            agreed = self.counted(evidence["bodies_agreed"], names)
            rows.append((_("Agreed with the care managers' bodies"), agreed))
        return rows

    def _trend(self) -> Bars | None:
        counts = [count for _month, count in self.evidence["months"]]
        if not counts or None in counts or self.rounded:
            return None
        names = [month_short(first_of(iso)) for iso, _count in self.evidence["months"]]
        half = len(counts) // 2
        words = ngettext(
            "%(num)s case in the last twelve months; %(latest)s of these in the last six.",
            "%(num)s cases in the last twelve months; %(latest)s of these in the last six.",
            sum(counts),
            latest=sum(counts[half:]),
        )
        return Bars(words, names, counts)

    def _months(self) -> Listing | None:
        months = self.evidence["months"]
        if not months:
            return None
        return Listing(
            _("Cases by month"),
            [month_short(first_of(iso)) for iso, _count in months],
            [[self.count(count) for _iso, count in months]],
            frozenset(range(len(months))),
        )

    def _tried(self) -> Listing | None:
        """What was tried and what came of it."""
        results = self.codes.get(CodeList.TRIED, {})
        rows = [
            [
                resource_name(one, self.codes),
                self.counted(one["results"], results),
                self.count(one["cases"]),
            ]
            for one in self.evidence["tried"]
        ]
        head = [_("Resource"), _("What came of it, in cases"), _("Cases")]
        return at_most(MOST_TRIED, _("What was tried, and why it failed"), head, rows)

    def _steps(self) -> Listing | None:
        results = self.codes.get(CodeList.STEP_RESULT, {})
        rows = [
            [said(step, "text", "_ja"), self.counted(step["results"], results),
             self.count(step["cases"])]
            for step in self.evidence["steps"]
        ]  # fmt: skip
        head = [_("Step of the guidance"), _("What came of it, in cases"), _("Cases")]
        return at_most(MOST_STEPS, _("Steps of the guidance"), head, rows)

    def _resources(self) -> Listing | None:
        if not self.issue["resources"]:
            return None
        head = [_("Resource"), _("Kind"), self.area, _("State"), _("Made sure on")]
        rows = [
            [
                said(one, "name", "_ja"),
                word_of(self.codes.get(CodeList.RESOURCE_CATEGORY, {}), one.get("category", "")),
                listed(one.get("areas_en" if in_english() else "areas_ja", ())),
                str(ResourceStatus(one["status"]).label) if one.get("status") else "",
                _assured(one),
            ]
            for one in self.issue["resources"]
        ]
        # Old sheets hold the name alone: an empty column is left out.
        kept = [n for n in range(len(head)) if any(row[n] for row in rows)]
        return Listing(
            _("Resources for this"),
            [head[n] for n in kept],
            [[row[n] for n in kept] for row in rows],
            weights=[WEIGHTS_OF_RESOURCES[n] for n in kept],
        )


def _spread(evidence: Sheet) -> str:
    return _(
        "Half of them %(median)s minutes or less; the middle half %(lower)s to %(upper)s",
        median=f"{evidence['minutes_median']:,g}",
        lower=f"{evidence['minutes_lower_quartile']:,g}",
        upper=f"{evidence['minutes_upper_quartile']:,g}",
    )


def _national(one: Sheet) -> str:
    return _(
        "%(percent)s %% (n = %(n)s, %(of)s, %(year)s): %(what)s",
        percent=f"{one['percent']:.1f}",
        n=number(one["n"]),
        of=said(one, "of", "_ja"),
        year=said(one, "year", "_ja"),
        what=said(one, "what", "_ja"),
    )


def _source(figures: Sequence[Sheet]) -> str:
    """Where the national figures stand, once; that they are not to be set against each other."""
    if not figures:
        return ""
    papers = dict.fromkeys(
        listed(said(one, name, "_ja") for name in ("survey", "document")) for one in figures
    )
    pages = dict.fromkeys(said(one, "sheet", "_ja") for one in figures)
    return sentences(
        _("Source: %(papers)s, sheets: %(sheets)s.", papers=listed(papers), sheets=listed(pages)),
        _("Each has a base of its own and cannot be divided by another, or by the figures here."),
    )


def _options(options: Sequence[Sheet]) -> Listing | None:
    if not options:
        return None
    rows = [
        [one["title"], str(Cost(one["cost"]).label), one["who"], one["effect"]] for one in options
    ]
    head = [_("Option"), _("Rough cost"), _("Who would do it"), _("For and against")]
    return Listing(_("Options"), head, rows, weights=(7, 4, 4, 7))


def _assured(resource: Sheet) -> str:
    day = resource.get("assured_on")
    if not day:
        return _("never made sure") if resource.get("status") else ""
    words = date_short(date.fromisoformat(day))
    return words + (bracketed(_("long ago")) if resource.get("stale") else "")
