"""The parts of the page of the room, in one form: saving one of them keeps the others."""

import hashlib

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import Optional

from tracker.actions.models import CRITERIA_LENGTH
from tracker.actions.models import TITLE_LENGTH as ACTION_TITLE_LENGTH
from tracker.actions.service import ActionDraft
from tracker.core.forms import (
    CreateForm,
    DayField,
    FreeTextField,
    NumberField,
    PartForm,
    PlainField,
    TicksField,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import named
from tracker.issues.statement import TITLE_LENGTH as ISSUE_TITLE_LENGTH
from tracker.meetings.forms import FreeLineField, between, filled
from tracker.meetings.models import (
    DECLINE_LABELS,
    DISCUSSION_LENGTH,
    EVENT_LENGTH,
    OUTCOMES,
    QUESTION_LENGTH,
    REASON_LENGTH,
    DeclineReason,
    ItemKind,
    Outcome,
)
from tracker.meetings.outcomes import DecidedAction, OutcomeDraft
from tracker.meetings.service import ItemDraft

ACTION_ROWS = 3
NEW_ISSUE = 0


class NotesForm(PartForm):
    """The discussion of one item; `text_version` tells what was there when it was opened."""

    discussion = FreeTextField(_l("Discussion"), [Optional(), at_most(DISCUSSION_LENGTH)])
    text_version = HiddenField()

    def show(self, item):
        """What the item says now, as it is opened."""
        self.discussion.data = item.discussion
        self.text_version.data = mark_of(item.discussion)

    @property
    def was_written_on(self):
        """Is the text another than the one that was opened? An item that was not on it: no."""
        opened = self.text_version.data
        return bool(opened) and mark_of(self.discussion.data) != opened

    def overtaken_by(self, item):
        """Did somebody else write on the item since, and something different?"""
        theirs = mark_of(item.discussion)
        return theirs not in {self.text_version.data, mark_of(self.discussion.data)}


def mark_of(words):
    """A short sign of a text."""
    return hashlib.sha256((words or "").encode()).hexdigest()[:16]


class ActionRow(PartForm):
    """One action of an adopted item; an empty row is none."""

    FIELDS = frozenset({"title", "kind", "owner_id", "due_on", "criteria"})

    action_issue = SelectField(_l("For the issue"), [Optional()], coerce=int)
    title = FreeLineField(_l("Action"), [Optional(), at_most(ACTION_TITLE_LENGTH)])
    kind = SelectField(_l("How"), [Optional()])
    owner_id = SelectField(_l("Owner organisation"), [Optional()], coerce=int)
    due_on = DayField(_l("Due"), [Optional()])
    criteria = FreeTextField(_l("Done when"), [Optional(), at_most(CRITERIA_LENGTH)])

    def offer(self, issues, kinds, owners):
        """The item's issues, the ways to act and the bodies that can own an action."""
        self.action_issue.choices = [SelectChoice(issue.id, issue.number) for issue in issues]
        choose = str(_("Please choose"))
        self.kind.choices = [SelectChoice("", choose)]
        self.kind.choices += [SelectChoice(code.code, named(code)) for code in kinds]
        self.owner_id.choices = [SelectChoice(0, choose)]
        self.owner_id.choices += [SelectChoice(key, name) for key, name in owners]

    @property
    def is_empty(self):
        """Was nothing typed here?"""
        return not (self.title.data or self.criteria.data or self.due_on.data)

    def is_whole(self):
        """Is everything an action needs there? What is missing is said beside it."""
        bare = [
            field
            for field in (self.title, self.due_on, self.criteria, self.owner_id, self.kind)
            if not field.data and not field.errors
        ]
        for field in bare:
            field.errors = [_("Please fill this in.")]
        return not bare

    def draft(self):
        """The action, for the service."""
        return DecidedAction(
            self.action_issue.data,
            ActionDraft(
                self.title.data,
                self.kind.data,
                self.owner_id.data,
                self.due_on.data,
                self.criteria.data,
            ),
        )


class OutcomeForm(PartForm):
    """What came of one item; which boxes count follows from the outcome."""

    outcome = RadioField(_l("Result of the item"), [chosen()])
    sentence = FreeTextField(_l("What was decided and why"), [required(), at_most(REASON_LENGTH)])
    who = PlainField(_l("Who brings it"), [Optional(), at_most(80)])
    on = DayField(_l("By, until or again on"), [Optional()])
    event = FreeLineField(_l("Held until this happens"), [Optional(), at_most(EVENT_LENGTH)])
    decline_reason = SelectField(_l("Why it is not taken up"), [Optional()])
    differs_because = FreeTextField(
        _l("Why not as recommended"), [Optional(), at_most(REASON_LENGTH)]
    )
    issue_title = FreeLineField(
        _l("Title of the new issue"), [Optional(), at_most(ISSUE_TITLE_LENGTH)]
    )
    issue_id = SelectField(_l("Issue"), [Optional()], coerce=int)

    def offer(self, kind, issues):
        """The outcomes of an item of this kind, and issues its cases may join."""
        outcomes = OUTCOMES[kind]
        self.outcome.choices = [SelectChoice(one.value, one.label) for one in outcomes]
        reasons = (SelectChoice(one.value, words) for one, words in DECLINE_LABELS.items())
        self.decline_reason.choices = [SelectChoice("", _("Please choose")), *reasons]
        new = SelectChoice(NEW_ISSUE, _("A new one, with the title above"))
        self.issue_id.choices = [new, *(SelectChoice(key, words) for key, words in issues)]

    def draft(self, rows):
        """The outcome, for the service.

        :param rows: the action rows that are filled in
        """
        outcome = Outcome(self.outcome.data)
        return OutcomeDraft(
            outcome,
            self.sentence.data,
            self.who.data or "",
            self.on.data,
            tuple(row.draft() for row in rows) if outcome is Outcome.ADOPT else (),
            self.issue_title.data or "",
            self.issue_id.data or None,
            self.event.data or "",
            DeclineReason(self.decline_reason.data) if self.decline_reason.data else None,
            self.differs_because.data or "",
        )


class NewItemForm(PartForm):
    """An item that is added while people talk; in the page's one form."""

    subject_ids = TicksField(_l("What the item is about"), [chosen()], coerce=int)
    question = FreeTextField(_l("Question to decide"), [required(), at_most(QUESTION_LENGTH)])
    presenter = PlainField(_l("Presenter"), [required(), at_most(80)])
    minutes_planned = NumberField(_l("Minutes"), [filled(), between(1, 240)])

    def offer(self, issues):
        """Issues that are free to be put on the agenda."""
        self.subject_ids.choices = [SelectChoice(key, words) for key, words in issues]

    def draft(self):
        """The item, for the service."""
        return ItemDraft(
            ItemKind.ISSUE,
            tuple(self.subject_ids.data),
            "",
            self.question.data,
            self.presenter.data,
            self.minutes_planned.data,
        )


class RecommendForm(CreateForm):
    """What the centre recommends for one item."""

    recommendation = RadioField(_l("Recommended result"), [Optional()])
    reason = FreeTextField(_l("Why"), [Optional(), at_most(REASON_LENGTH)])

    def offer(self, kind):
        """The outcomes of an item of this kind, and none."""
        choices = [SelectChoice(one.value, one.label) for one in OUTCOMES[kind]]
        self.recommendation.choices = [SelectChoice("", _("No recommendation")), *choices]

    def wanted(self):
        """The outcome recommended; None: none is."""
        return Outcome(self.recommendation.data) if self.recommendation.data else None


class AttendanceForm(PartForm):
    present = TicksField(_l("Who is present"), [Optional()], coerce=int)

    def offer(self, attendees):
        """Everybody invited; those noted as present are ticked when nothing was typed."""
        self.present.choices = [
            SelectChoice(one.id, " ".join([one.organisation, one.profession, one.name]))
            for one in attendees
        ]

    def show(self, attendees):
        """Who is noted as present now."""
        self.present.data = [one.id for one in attendees if one.present]


class ItemDesk:
    """The forms of one item on the page of the room; `typed` is what was sent, or a draft."""

    def __init__(self, view, offers, typed=None):
        self.view, self.item = view, view.item
        key = desk_key(self.item.id)
        self.notes = NotesForm(typed, prefix=key)
        self.outcome, self.rows = None, []
        if self.item.outcome is not None:
            return
        self.outcome = OutcomeForm(typed, prefix=f"{key}o-")
        self.outcome.offer(self.item.kind, offers.issues)
        if self.item.kind is ItemKind.ISSUE:
            for number in range(max(ACTION_ROWS, len(view.subjects))):
                row = ActionRow(typed, prefix=f"{key}a{number}-")
                row.offer(view.subjects, offers.kinds, offers.owners)
                self.rows.append(row)

    def open(self):
        """Show what the item says, or the draft when nobody wrote on the item since."""
        if self.notes.text_version.data != mark_of(self.item.discussion):
            self.notes.show(self.item)

    @property
    def filled_rows(self):
        """Rows in which something was typed."""
        return [row for row in self.rows if not row.is_empty]

    def notes_in_shape(self):
        """May the discussion be saved as it is?"""
        return not self.notes.was_written_on or self.notes.validate()

    def outcome_in_shape(self):
        """May the outcome be noted as it is?"""
        in_shape = self.outcome.validate()
        if self.outcome.outcome.data != Outcome.ADOPT.value:
            return in_shape
        rows = [row.validate() and row.is_whole() for row in self.filled_rows]
        return in_shape and all(rows)

    def reject(self, error):
        """Show a refusal beside the box it names: of the outcome, else of the first action."""
        of_action = self.rows and error.field in ActionRow.FIELDS
        target = (self.filled_rows or self.rows)[0] if of_action else self.outcome
        target.reject(error)

    @property
    def forms(self):
        """All its forms, for the summary of errors."""
        return [self.notes, *([self.outcome] if self.outcome else []), *self.rows]


def desk_key(item_id):
    """What the names of an item's boxes begin with."""
    return f"i{item_id}-"
