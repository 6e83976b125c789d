"""Where texts stand that people typed about cases, issues, actions and meetings.

Every column of typed words is in a place here or, with the reason, in `KEPT`: a test compares both
with the tables. Counts, codes, days and numbers stay as they are: only words go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from tracker.actions.agreements.models import Agreement
from tracker.actions.models import Action, ActionEntry
from tracker.actions.work.models import ActionComment, ActionFact, Fact, Milestone
from tracker.cases.models import Case, CaseStep, OfficeReveal
from tracker.cases.tellings import CaseTelling
from tracker.core.db import Model
from tracker.core.erasing import ERASED
from tracker.intake.sorting.models import CaseNote
from tracker.issues.candidates.models import Candidate, CandidateStep
from tracker.issues.letters.models import IssueLetter
from tracker.issues.material.models import IssueOption, Vignette
from tracker.issues.models import IssueStep, IssueVersion, RegionalIssue
from tracker.issues.priority.models import IssueWeight
from tracker.issues.relating.models import KeptApart, Regrouping
from tracker.issues.statement import TEXTS
from tracker.meetings.lookback.models import MeetingLook
from tracker.meetings.minutes.models import MinutesAddendum, MinutesRemark, MinutesText
from tracker.meetings.models import AgendaItem, ItemCase, ItemIssue, Meeting

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Place:
    """Texts of one table, and the column that says what they belong to."""

    model: type[Model]
    owner: Column
    fields: tuple[str, ...] = ()  # erased when their time is over
    stays: tuple[str, ...] = ()  # only taken out by the privacy officer, with a reason
    # The rows are of several owners: columns of the table between them, (row, owner). Their words
    # go with the last owner whose own words are gone.
    through: tuple[Column, Column] | None = None
    only: sa.ColumnElement[bool] | None = None  # rows in which the words are words

    @property
    def table(self) -> str:
        """Its name."""
        return str(self.model.__tablename__)

    @property
    def key(self) -> sa.ColumnElement[int]:
        """The key of its rows."""
        keys: tuple[sa.ColumnElement[int], ...] = sa.inspect(self.model).primary_key
        return keys[0]

    def column(self, name: str) -> Column:
        """One of its columns."""
        found: Column = getattr(self.model, name)
        return found

    def of(self, owners: Sequence[int] | sa.Select[int]) -> sa.ColumnElement[bool]:
        """Its rows that belong to these owners."""
        if self.through is None:
            mine: sa.ColumnElement[bool] = self.owner.in_(owners)
        else:
            row, owner = self.through
            mine = self.owner.in_(sa.select(row).where(owner.in_(owners)))
        return mine if self.only is None else sa.and_(mine, self.only)

    def holds(self, owner: Column) -> sa.ColumnElement[bool]:
        """Owners of which words stand here that go with time."""
        words = sa.or_(*(is_there(self.column(name)) for name in self.fields))
        of_owner = words if self.only is None else sa.and_(words, self.only)
        if self.model is owner.class_:
            return of_owner
        return sa.exists().where(self.owner == owner, of_owner)


def is_there(column: sa.ColumnElement[Any] | Column) -> sa.ColumnElement[bool]:
    """Rows whose text was neither left empty nor erased."""
    return sa.and_(column.is_not(None), column != "", column != ERASED)


AGENDA_WORDS = ("title", "question", "decision_line", "outcome_event")
TALK = ("discussion", "outcome_reason", "differs_because", "recommendation_reason")
KEPT_APART = KeptApart.regrouping_id, KeptApart.case_id
OF_CASES = ItemCase.item_id, ItemCase.case_id
OF_ISSUES = ItemIssue.item_id, ItemIssue.issue_id

CASES = (
    Place(
        Case,
        Case.id,
        ("summary", "wanted", "work_class_reason", "extra_answer", "department"),
    ),
    Place(CaseStep, CaseStep.case_id, ("sentence",)),
    Place(CaseNote, CaseNote.case_id, ("note",)),
    Place(CaseTelling, CaseTelling.case_id, ("what", "why")),
    Place(OfficeReveal, OfficeReveal.case_id, ("reason",)),
    Place(Regrouping, Regrouping.case_id, ("reason",)),
    Place(Regrouping, Regrouping.id, ("reason",), through=KEPT_APART),
    Place(AgendaItem, AgendaItem.id, (*AGENDA_WORDS, *TALK), through=OF_CASES),
)
ISSUES = (
    Place(RegionalIssue, RegionalIssue.id, (*TEXTS, "close_sentence")),
    Place(IssueVersion, IssueVersion.issue_id, TEXTS),
    Place(IssueStep, IssueStep.issue_id, ("sentence",)),
    Place(Vignette, Vignette.issue_id, ("text",)),
    Place(IssueOption, IssueOption.issue_id, ("title", "who", "effect")),
    Place(
        IssueLetter,
        IssueLetter.issue_id,
        ("request", "answer"),
        stays=("addressee", "paper_number"),
    ),
    Place(IssueWeight, IssueWeight.issue_id, ("set_sentence",)),
    Place(Regrouping, Regrouping.issue_id, ("reason",)),
    Place(AgendaItem, AgendaItem.id, AGENDA_WORDS, through=OF_ISSUES),
)
ACTIONS = (
    Place(Action, Action.id, ("title", "criteria")),
    Place(ActionEntry, ActionEntry.action_id, ("sentence", "next_step")),
    Place(ActionFact, ActionFact.action_id, ("text",), only=ActionFact.fact != Fact.FUNDING),
    Place(ActionComment, ActionComment.action_id, ("text",)),
    Place(Milestone, Milestone.action_id, ("title",)),
    Place(Agreement, Agreement.action_id, stays=("title", "parties", "subject")),
)
MEETINGS = (
    Place(MinutesText, MinutesText.meeting_id, ("text", "why")),
    Place(MinutesRemark, MinutesRemark.meeting_id, ("text", "answer_reason")),
    Place(MinutesAddendum, MinutesAddendum.meeting_id, ("text",)),
    Place(AgendaItem, AgendaItem.meeting_id, TALK, stays=AGENDA_WORDS),
    Place(MeetingLook, MeetingLook.meeting_id, ("sentence",)),
)
CANDIDATES = (Place(CandidateStep, CandidateStep.candidate_id, ("sentence",)),)
AGREEMENTS = (Place(Agreement, Agreement.id, stays=("title", "parties", "subject")),)
# In the order in which they are offered; what stands only in `stays` has no time of its own.
PLACES: dict[str, tuple[Place, ...]] = {
    "cases": CASES,
    "issues": ISSUES,
    "actions": ACTIONS,
    "meetings": MEETINGS,
    "candidates": CANDIDATES,
    "agreements": AGREEMENTS,
}
OWNERS: dict[str, Any] = {
    "cases": Case,
    "issues": RegionalIssue,
    "actions": Action,
    "meetings": Meeting,
    "candidates": Candidate,
    "agreements": Agreement,
}
# Whose words tell that an owner was not erased yet, for rows that have several owners.
HEADS: dict[str, Column] = {"cases": Case.summary, "issues": RegionalIssue.statement}

# Typed words that tell of no case and no person: table.column → why they stay.
KEPT: dict[str, str] = {
    "answer_templates.title": "a centre's own template, written before any case",
    "answer_templates.text": "a centre's own template, written before any case",
    "announcements.text": "said by a town to everybody; ends by its own day",
    "emergency_links.note": "of a body in the emergency chain, changed by the town",
    "exports.answer_note": "why a file was agreed to or refused; supervision asks for it",
    "exports.note": "why a file was taken out; supervision asks for it",
    "redactions.sentence": "why a text was taken out, written without the words",
    "resource_answers.said": "of a resource in the directory, handled by who keeps it",
    "resource_points.note": "of a point on the map of a resource",
    "resources.content": "the directory of who can help is public",
    "resources.eligibility": "the directory of who can help is public",
    "resources.how_to_apply": "the directory of who can help is public",
    "resources.instead": "the directory of who can help is public",
    "saved_views.name": "a person's own name of a list; deleted by that person",
    "text_revisions.text": "earlier versions: erased with the row they are of, by its key",
    "town_values.words": "what a town calls its papers",
    "type_notes.notice": "of an act type, for everybody who files",
    "type_notes.contacts": "of an act type: bodies, never people",
    "type_notes.own_name": "of an act type, for everybody who files",
    "type_notes.own_help": "of an act type, for everybody who files",
    "type_notes.own_example": "of an act type, invented by the town",
    "type_notes.change_note": "why words of an act type were changed",
    "word_templates.note": "what is new in a town's Word file",
}
