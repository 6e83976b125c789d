"""What stands beside a filing: guidance, resources, issues raised, cases alike, whom to call."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases import suggesting
from tracker.cases.filing import CaseDraft
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.errors import NotFoundError
from tracker.issues import raised
from tracker.issues.raised import Raised
from tracker.issues.relating import apart
from tracker.resources import queries as resources
from tracker.settings import policy as settings_policy
from tracker.settings import queries as settings
from tracker.settings.models import Danger, TypeNote
from tracker.settings.notes import queries as notes
from tracker.settings.values import queries as values
from tracker.taxonomy import queries as taxonomy
from tracker.taxonomy.models import BASIS_LABELS, ActType, Code, CodeList

TICK_LISTS = (
    CodeList.STEP_RESULT,
    CodeList.TRIED,
    CodeList.RESOURCE_CATEGORY,
    CodeList.CALL_TARGET,
    CodeList.CALL_ANSWER,
    CodeList.HOUSEHOLD,
)
Offered = notes.OwnType | ActType


@dataclass(frozen=True)
class Asked:
    """What has been answered so far, as far as the panels depend on it."""

    act_type: str = ""
    area_id: int | None = None
    ability_to_pay: str | None = None
    danger: str = ""
    text: str = ""
    answers: Mapping[str, frozenset[str]] = field(default_factory=dict)  # gap, requester, household
    tried: frozenset[int] = frozenset()  # resources something is said of already
    answered: str = ""  # the question of a town that was answered
    office_id: int | None = None  # for which a centre files
    case_id: int | None = None  # the case that is being changed


def beside(viewer: Viewer, asked: Asked, *, today: date) -> dict[str, Any]:
    """Guidance, resources, issues raised, the town's note; `help` is None without a type.

    `question` is the town's own: the one that was answered already, else the one in force, or "".
    """
    try:
        found = taxonomy.help_for(asked.act_type, today) if asked.act_type else None
    except NotFoundError:
        found = None
    if found is None:
        return {"help": None, "question": ""}
    note = _note(viewer, asked, today)
    serving = resources.serving(
        viewer, asked.act_type, asked.area_id, band=asked.ability_to_pay, today=today
    )
    return {
        "help": found,
        "basis_labels": BASIS_LABELS,
        "tick_codes": tick_codes(),
        "serving": serving,
        # What was said of a resource that is not offered (any more) must not be lost.
        "tried_before": resources.names(viewer, asked.tried - {one.id for one in serving}),
        "raised": _raised(viewer, asked, today),
        "note": note,
        "question": _question(viewer, asked, note),
    }


def _raised(viewer: Viewer, asked: Asked, today: date) -> list[Raised]:
    """Without issues from whose cases people have separated the one that is being changed."""
    if not asked.area_id:
        return []
    without = apart.issues_apart_from(viewer, asked.case_id) if asked.case_id else set()
    return raised.raised_for(viewer, asked.act_type, asked.area_id, today=today, without=without)


def _note(viewer: Viewer, asked: Asked, today: date) -> TypeNote | None:
    if asked.area_id is None:
        return None
    return notes.note_for(viewer, asked.act_type, asked.area_id, today=today)


def _question(viewer: Viewer, asked: Asked, note: TypeNote | None) -> str:
    """What was answered when an older version asked it stays, with its answer."""
    now = note.question if note else ""
    if not asked.answered or asked.answered == now or asked.area_id is None:
        return now
    once = notes.was_asked(viewer, asked.act_type, asked.area_id, asked.answered)
    return asked.answered if once else now


def as_asked(draft: CaseDraft, *, by: Viewer) -> CaseDraft:
    """Without an answer to what this town never asked beside this type: of a type chosen before."""
    question = draft.extra_question
    if question and notes.was_asked(by, draft.act_type, draft.area_id, question):
        return draft
    return replace(draft, extra_question="", extra_answer="")


def emergency(viewer: Viewer, asked: Asked, *, at: datetime) -> dict[str, Any]:
    """Whom to call now, in order; `chain` is empty when nobody is in danger."""
    danger = Danger(asked.danger) if asked.danger in set(Danger) else None
    chain = []
    if danger is not None and asked.area_id is not None:
        chain = settings.chain(viewer, asked.area_id, danger, at=at)
    return {"danger": danger, "chain": chain, "tick_codes": tick_codes() if danger else {}}


def offered_types(viewer: Viewer, chosen: str | None, *, today: date) -> list[Offered]:
    """The types as the towns offer them; one that a case has already stays with it."""
    known = taxonomy.act_types(today)
    own = {act.code: act for act in notes.types_offered(viewer, known, today=today)}
    return [own.get(act.code, act) for act in known if act.code in own or act.code == chosen]


def area_kind(viewer: Viewer) -> str:
    """What the viewer's town calls its areas; "" for whoever works in several towns."""
    towns = settings_policy.own_towns(viewer)
    return values.area_word(values.words_of(towns[0])) if len(towns) == 1 else ""


def check(viewer: Viewer, asked: Asked, *, today: date) -> dict[str, Any]:
    """Types that the words point to, best first; [] for a text too short."""
    found = suggesting.suggest_types(asked.text, today=today)
    offered = offered_types(viewer, asked.act_type, today=today) if found else []
    names = {act.code: act for act in offered}
    return {"suggestions": [(names[s.code], s) for s in found if s.code in names]}


def alike(viewer: Viewer, asked: Asked) -> dict[str, Any]:
    """Earlier cases in the viewer's reach about the same, but for what people have separated."""
    without = set()
    if asked.case_id:
        without = {asked.case_id, *apart.cases_apart_from(viewer, asked.case_id)}
    found = suggesting.alike(
        viewer,
        asked.text,
        asked.act_type or None,
        asked.area_id,
        codes=asked.answers,
        without=without,
    )
    offices = viewer.organisation_ids(Role.AGENCY) or {asked.office_id}
    own = [one.id for one in found if one.organisation_id in offices]  # can be the same person's
    return {"alike": found, "own_ids": own, "gap_codes": taxonomy.codes(CodeList.GAP)[CodeList.GAP]}


def known_about(viewer: Viewer, case: Case, *, today: date) -> dict[str, Any]:
    """What the centre reads beside a case: guidance of its day, resources of today, the wish."""
    return {
        "help": taxonomy.help_for(case.act_type_code, clock.local(case.submitted_at).date()),
        "basis_labels": BASIS_LABELS,
        "serving": resources.serving(viewer, case.act_type_code, case.area_id, today=today),
        "wish": raised.wish_of([case.id]).get(case.id),
    }


def tick_codes() -> Mapping[CodeList, Mapping[str, Code]]:
    """The coded answers of every panel."""
    return taxonomy.codes(*TICK_LISTS)
