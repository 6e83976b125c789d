"""Pure: from the steps of a case to the bar that shows where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from tracker.cases.models import CHAIN, Case, CaseStatus, CaseStep, StepKind

BESIDE = frozenset({CaseStatus.RETURNED, CaseStatus.WITHDRAWN})


@dataclass(frozen=True)
class Stage:
    """One place of the bar from filing to answer."""

    label: str
    when: datetime | None
    sentence: str = ""
    done: bool = False
    current: bool = False


def stages(case: Case, steps: Sequence[CaseStep]) -> list[Stage]:
    """The places of the bar, in order; exactly one is current.

    A case that supports an issue goes the long way: agenda, decision, action, resource.

    :param steps: those that count (not taken back), first to last
    """
    moved = {step.became: step for step in steps if step.was is not step.became}
    chained = {step.kind: step for step in steps if step.kind in CHAIN}
    places = [
        (_("Filing"), moved.get(CaseStatus.SUBMITTED)),
        (_("Acceptance"), moved.get(CaseStatus.ACCEPTED)),
        (_("Sorting"), moved.get(CaseStatus.DISPOSED)),
        *_long_way(chained),
        (_("Answer"), moved.get(CaseStatus.CLOSED)),
    ]
    here = _position(case, places)
    return [
        _stage(label, step, case, done=index <= here, current=index == here)
        for index, (label, step) in enumerate(places)
    ]


def _long_way(chained: dict[StepKind, CaseStep]) -> list[tuple[str, CaseStep | None]]:
    if not chained:
        return []
    return [
        (_("Regional issue"), chained.get(StepKind.GROUPED)),
        (_("Meeting"), chained.get(StepKind.ON_AGENDA)),
        (_("Decision"), chained.get(StepKind.DECIDED)),
        (_("Action"), chained.get(StepKind.IN_ACTION)),
        (_("Resource"), chained.get(StepKind.RESOURCE_LIVE)),
    ]


def _position(case: Case, places: Sequence[tuple[str, CaseStep | None]]) -> int:
    """The furthest place reached in the state the case is in now."""
    if case.status in BESIDE or case.status is CaseStatus.SUBMITTED:
        return 0
    if case.status is CaseStatus.ACCEPTED:
        return 1
    if case.status is CaseStatus.CLOSED:
        return len(places) - 1
    return max(i for i, (_label, step) in enumerate(places[:-1]) if step is not None or i == 2)


def _stage(label: str, step: CaseStep | None, case: Case, *, done: bool, current: bool) -> Stage:
    if not done:
        return Stage(label, None)
    sentence = ""
    if current and case.status in BESIDE:
        sentence = str(case.status.label)
    elif step is not None and step.kind is StepKind.DISPOSED and case.disposition:
        sentence = str(case.disposition.label)
    elif step is not None and step.kind in CHAIN:
        sentence = step.sentence
    return Stage(label, step.at if step else None, sentence, done, current)
