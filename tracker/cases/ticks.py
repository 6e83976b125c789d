"""The ticks beside a case: circumstances, steps of guidance, resources tried, calls made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case, CaseTick, TickKind
from tracker.core.db import db
from tracker.core.errors import InvalidInputError
from tracker.resources import policy as resources
from tracker.resources.models import Resource
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import CodeList, GuidanceStep


@dataclass(frozen=True)
class Ticks:
    """What was ticked; everything empty: nothing was."""

    household: frozenset[str] = frozenset()  # list household
    steps: Mapping[int, str] = field(default_factory=dict)  # guidance step → list step_result
    resources: Mapping[int, str] = field(default_factory=dict)  # resource → list tried
    kinds: Mapping[str, str] = field(default_factory=dict)  # list resource_category → list tried
    calls: Mapping[str, str] = field(default_factory=dict)  # list call_target → list call_answer

    @classmethod
    def of(cls, rows: Iterable[CaseTick]) -> "Ticks":
        """What these rows say."""
        by_kind: dict[TickKind, list[CaseTick]] = {kind: [] for kind in TickKind}
        for row in rows:
            by_kind[row.kind].append(row)
        tried = by_kind[TickKind.RESOURCE]
        return cls(
            household=frozenset(row.code for row in by_kind[TickKind.HOUSEHOLD]),
            steps={r.step_id: r.result for r in by_kind[TickKind.STEP] if r.step_id is not None},
            resources={r.resource_id: r.result for r in tried if r.resource_id is not None},
            kinds={row.code: row.result for row in tried if row.resource_id is None},
            calls={row.code: row.result for row in by_kind[TickKind.CALL]},
        )


def rows(given: Ticks) -> list[CaseTick]:
    """The rows that say this, in a fixed order."""
    return [
        *(CaseTick(kind=TickKind.HOUSEHOLD, code=code) for code in sorted(given.household)),
        *(
            CaseTick(kind=TickKind.STEP, step_id=key, result=result)
            for key, result in sorted(given.steps.items())
        ),
        *(
            CaseTick(kind=TickKind.RESOURCE, resource_id=key, result=result)
            for key, result in sorted(given.resources.items())
        ),
        *(
            CaseTick(kind=TickKind.RESOURCE, code=code, result=result)
            for code, result in sorted(given.kinds.items())
        ),
        *(
            CaseTick(kind=TickKind.CALL, code=code, result=result)
            for code, result in sorted(given.calls.items())
        ),
    ]


def replace(case: Case, given: Ticks) -> None:
    """The case has these ticks and no others; when they say the same nothing is written."""
    there = db.session.scalars(
        sa.select(CaseTick).where(CaseTick.case_id == case.id).order_by(CaseTick.id)
    ).all()
    if Ticks.of(there) == given:
        return
    for row in there:
        db.session.delete(row)
    for row in rows(given):
        row.case_id = case.id
        db.session.add(row)
    db.session.flush()
    db.session.expire(case, ["ticks"])


def require_known(given: Ticks, *, by: Viewer) -> None:
    """Return only when every code, step and resource is one there is, and this person may know of.

    :raises InvalidInputError: naming the group of ticks
    """
    _require_codes(given)
    steps = sa.select(GuidanceStep.id).where(GuidanceStep.id.in_(given.steps))
    _require_all("steps", steps, len(given.steps))
    known = sa.select(Resource.id).where(Resource.id.in_(given.resources), resources.visible_to(by))
    _require_all("tried", known, len(given.resources))


def _require_codes(given: Ticks) -> None:
    if given == Ticks():
        return
    lists = taxonomy.codes(
        CodeList.HOUSEHOLD,
        CodeList.STEP_RESULT,
        CodeList.TRIED,
        CodeList.RESOURCE_CATEGORY,
        CodeList.CALL_TARGET,
        CodeList.CALL_ANSWER,
    )
    said = (
        ("household", CodeList.HOUSEHOLD, given.household),
        ("steps", CodeList.STEP_RESULT, given.steps.values()),
        ("tried", CodeList.TRIED, [*given.resources.values(), *given.kinds.values()]),
        ("tried", CodeList.RESOURCE_CATEGORY, given.kinds),
        ("called", CodeList.CALL_TARGET, given.calls),
        ("called", CodeList.CALL_ANSWER, given.calls.values()),
    )
    for name, code_list, codes in said:
        if not set(codes) <= set(lists[code_list]):
            raise InvalidInputError(name, _("Please choose one of the answers."))


def _require_all(name: str, known: sa.Select[int], wanted: int) -> None:
    if wanted and len(db.session.scalars(known).all()) != wanted:
        raise InvalidInputError(name, _("Please choose one of the answers."))
