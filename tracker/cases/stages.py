"""Pure: from the steps of a case to the bar that shows where it stands, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from tracker.cases.models import CHAIN, Case, CaseStatus, CaseStep, Disposition, StepKind

BESIDE = frozenset({CaseStatus.RETURNED, CaseStatus.WITHDRAWN})


@dataclass(frozen=True)
class Stage:
    """One place of the bar from filing to answer."""

    label: str
    when: datetime | None
    sentence: str = ""
    done: bool = False
    current: bool = False


@dataclass(frozen=True)
class Next:
    """What happens to a case next, and the working day by which it should."""

    sentence: str
    by: date | None = None

    def is_late(self, today: date) -> bool:
        """Is that day past?"""
        return self.by is not None and self.by < today


def next_of(case: Case) -> Next | None:
    """What comes next; None for a case that was withdrawn, or goes on under another number.

    The days are the town's own; see `turnaround`.
    """
    if case.duplicate_of_id is not None:
        return None
    match case.status:
        case CaseStatus.SUBMITTED:
            return Next(_("The support centre accepts it, or asks back."), case.due_on)
        case CaseStatus.RETURNED:
            return Next(_("The office answers the question and sends it again."))
        case CaseStatus.ACCEPTED:
            return Next(_("The support centre decides how it goes on."), case.due_on)
        case CaseStatus.DISPOSED:
            return _awaited(case)
        case CaseStatus.CLOSED:
            return Next(_("It is answered. If it is not settled, the office can say so."))
    return None


def _awaited(case: Case) -> Next:
    if case.disposition is Disposition.INDIVIDUAL_MEETING:
        return Next(_("An individual care meeting looks at it; the office is told."))
    if case.disposition is Disposition.TO_ISSUE:
        return Next(_("It goes on with its regional issue. The office is told at every step."))
    return Next(_("The support centre writes its answer."), case.due_on)


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
