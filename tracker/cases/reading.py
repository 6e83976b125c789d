"""A case in words, for its page and its sheet: as much of it as the viewer reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.accounts.viewer import Viewer
from tracker.cases.models import MUNICIPALITY, OPEN_CLASS, Case, Channel
from tracker.cases.policy import Group
from tracker.cases.queries import CasePage
from tracker.cases.ticks import Ticks
from tracker.core import clock
from tracker.core.i18n import labelled, month, named, number
from tracker.resources import queries as resources
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import Code, CodeList


@dataclass(frozen=True)
class Remarks:
    """The ticks of one panel: a heading, and (what, result) with "" where there is none."""

    heading: str
    lines: list[tuple[str, str]]


# Lists of the coded answers, with the label of each; what was not said is not shown.
ALWAYS = (CodeList.OUTCOME, CodeList.GAP, CodeList.URGENCY)
IF_SAID = (
    CodeList.DANGER,
    CodeList.HOUR_BAND,
    CodeList.ACTED_BECAUSE,
    CodeList.AGE_BAND,
    CodeList.CARE_LEVEL,
)
FEE = (CodeList.ABILITY_TO_PAY, CodeList.CHARGE, CodeList.CHARGE_BAND, CodeList.PAID_BY)
LISTS = (CodeList.REQUESTER, CodeList.BODIES_AGREED, *ALWAYS, *IF_SAID, *FEE)
LABELS: dict[CodeList, LazyString] = {
    CodeList.OUTCOME: _l("Outcome"),
    CodeList.GAP: _l("Gap"),
    CodeList.URGENCY: _l("Urgency"),
    CodeList.DANGER: _l("Danger"),
    CodeList.HOUR_BAND: _l("At what hours"),
    CodeList.ACTED_BECAUSE: _l("Why the office took it on"),
    CodeList.AGE_BAND: _l("Age, about"),
    CodeList.CARE_LEVEL: _l("Care level"),
    CodeList.ABILITY_TO_PAY: _l("Ability to pay"),
    CodeList.CHARGE: _l("Charge"),
    CodeList.CHARGE_BAND: _l("How much each time"),
    CodeList.PAID_BY: _l("Who paid"),
}


def facts(page: CasePage, *, area: str = "") -> list[tuple[str, str]]:
    """Term and value of every coded answer this viewer reads, in the order of the form.

    :param area: what the town calls its areas; "" for our word
    """
    case, codes = page.case, taxonomy.codes(*LISTS)

    def word(code_list: CodeList, code: str | None) -> str:
        return _word(codes, code_list, code) if code else _("not said")

    def said(lists: Sequence[CodeList]) -> list[tuple[str, str]]:
        given = ((name, getattr(case, name.value)) for name in lists)
        return [(str(LABELS[name]), word(name, code)) for name, code in given if code]

    agreed = word(CodeList.BODIES_AGREED, case.bodies_agreed)
    by_town = [
        (_("Section of the municipality"), case.department or _("not said")),
        (_("Agreed with the care managers' bodies"), agreed),
    ]
    return [
        (_("Type"), f"{named(case.act_type.family)} / {named(case.act_type)}"),
        (area or _("Area"), f"{named(case.municipality)} {named(case.area)}"),
        (_("Office"), page.office),
        (_("Month"), month(case.occurred_month)),
        (_("Requester"), word(CodeList.REQUESTER, case.requester)),
        *(by_town if case.requester == MUNICIPALITY else []),
        *said(ALWAYS),
        (_("Burden"), _burden(case)),
        (_("Work class"), _work_class(case)),
        *said(IF_SAID),
        *(said(FEE) if Group.FEE in page.groups else []),
        *([(case.extra_question, case.extra_answer)] if _extra(page) else []),
        *([(_("Came in"), str(case.channel.label))] if case.channel is not Channel.OWN else []),
    ]


def _extra(page: CasePage) -> bool:
    return bool(page.case.extra_answer) and page.reads_narrative


def _burden(case: Case) -> str:
    return _(
        "%(times)s times, about %(minutes)s minutes each: %(total)s minutes",
        times=number(case.times_handled),
        minutes=number(case.minutes_each),
        total=number(case.minutes_total),
    )


def _claimed(name: str, reason: str) -> str:
    return name + " / " + labelled(_("said by the office"), reason)


def _work_class(case: Case) -> str:
    """What the office said, with its reason; else what the table said on the day of filing."""
    if case.work_class == OPEN_CLASS:
        return _claimed(_("not decided"), case.work_class_reason)
    if case.work_class is not None:
        names = {found.code: named(found) for found in taxonomy.work_classes()}
        name = names.get(case.work_class, case.work_class)
        return _claimed(name, case.work_class_reason)
    placed = taxonomy.placement(case.act_type_code, clock.local(case.submitted_at).date())
    if placed is None or placed.work_class is None:
        return _("not decided")
    return named(placed.work_class)


def remarks(viewer: Viewer, case: Case) -> list[Remarks]:
    """What was ticked, panel by panel, without empty panels; the case's ticks must be loaded.

    A resource the viewer may not know of is called by no name.
    """
    given = Ticks.of(case.ticks)
    if given == Ticks():
        return []
    codes = taxonomy.codes(
        CodeList.HOUSEHOLD,
        CodeList.STEP_RESULT,
        CodeList.TRIED,
        CodeList.RESOURCE_CATEGORY,
        CodeList.CALL_TARGET,
        CodeList.CALL_ANSWER,
    )
    found = [
        Remarks(
            _("Circumstances of the household"),
            [(_word(codes, CodeList.HOUSEHOLD, code), "") for code in _in_order(codes, given)],
        ),
        Remarks(_("Steps of the guidance"), _steps(given, codes)),
        Remarks(_("What was tried"), _tried(viewer, given, codes)),
        Remarks(
            _("Who was called, and what they answered"),
            [
                (
                    _word(codes, CodeList.CALL_TARGET, target),
                    _word(codes, CodeList.CALL_ANSWER, answer),
                )
                for target, answer in given.calls.items()
            ],
        ),
    ]
    return [panel for panel in found if panel.lines]


def _in_order(codes: dict[CodeList, Mapping[str, Code]], given: Ticks) -> list[str]:
    return [code for code in codes[CodeList.HOUSEHOLD] if code in given.household]


def _word(codes: dict[CodeList, Mapping[str, Code]], code_list: CodeList, code: str) -> str:
    found = codes[code_list].get(code)
    return named(found) if found else code


def _steps(given: Ticks, codes: dict[CodeList, Mapping[str, Code]]) -> list[tuple[str, str]]:
    texts = taxonomy.steps(given.steps)
    return [
        (named(texts[key], "text"), _word(codes, CodeList.STEP_RESULT, result))
        for key, result in given.steps.items()
        if key in texts
    ]


def _tried(
    viewer: Viewer, given: Ticks, codes: dict[CodeList, Mapping[str, Code]]
) -> list[tuple[str, str]]:
    names = resources.names(viewer, given.resources)
    directory = [
        (names.get(key, _("a resource")), _word(codes, CodeList.TRIED, result))
        for key, result in given.resources.items()
    ]
    others = [
        (_word(codes, CodeList.RESOURCE_CATEGORY, kind), _word(codes, CodeList.TRIED, result))
        for kind, result in given.kinds.items()
    ]
    return directory + others
