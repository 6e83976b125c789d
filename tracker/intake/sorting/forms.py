"""What the centre writes and chooses while it sorts."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Optional

from tracker.cases.models import DISPOSITION_LABELS, SENTENCE_LENGTH, Disposition
from tracker.cases.reasons import ASKABLE, REASON_LABELS, DispositionReason
from tracker.cases.service import ClassDraft, SortDraft
from tracker.core.db import LARGEST_ID, row_id
from tracker.core.forms import (
    AskedForm,
    CreateForm,
    FreeTextField,
    PlainField,
    TicksField,
    at_most,
    chosen,
    one_of,
    required,
)
from tracker.intake.sorting.bulk import BULK_LABELS, BulkDraft, BulkStep
from tracker.intake.sorting.models import NOTE_LENGTH
from tracker.intake.sorting.queries import ME, NOBODY, WHY_LABELS, InboxPart, Wanted, Why


def choices(pairs, first=None):
    """Values and labels as WTForms wants them, behind a first one that chooses nothing."""
    lead = [] if first is None else [SelectChoice("", first)]
    return [*lead, *(SelectChoice(str(value), label) for value, label in pairs)]


class ReturnForm(CreateForm):
    reason = FreeTextField(
        _l("What is missing, or what should be looked at again?"),
        [required(), at_most(SENTENCE_LENGTH)],
    )
    fields_asked = TicksField(
        _l("Which answers the office should complete"),
        [Optional()],
        choices=choices(ASKABLE.items()),
    )


class AnswerForm(CreateForm):
    answer = FreeTextField(_l("Answer to the office"), [required(), at_most(SENTENCE_LENGTH)])


class SortForm(CreateForm):
    disposition = RadioField(
        _l("How does the case go on?"),
        [chosen()],
        choices=choices(DISPOSITION_LABELS.items()),
    )
    disposition_reason = SelectField(
        _l("Why"),
        [Optional()],
        choices=choices(REASON_LABELS.items(), _l("No reason is chosen")),
    )
    known_body = SelectField(_l("A body of the town"), [Optional()])
    redirect_body = PlainField(_l("Responsible body"), [Optional(), at_most(120)])
    redirect_contact = PlainField(_l("How to reach it"), [Optional(), at_most(120)])
    answer = FreeTextField(_l("Answer to the office"), [Optional(), at_most(SENTENCE_LENGTH)])

    def offer(self, bodies):
        """The bodies a case can be handed to without typing their name."""
        self._bodies = {str(body.id): body for body in bodies}
        names = [(key, f"{body.name} {body.phone}") for key, body in self._bodies.items()]
        self.known_body.choices = choices(names, _l("Another one, written below"))

    def draft(self):
        """How the case goes on, for the service; what was typed goes before what was chosen.

        The number of a chosen body is never given to another one that was typed.
        """
        typed = self.redirect_body.data or ""
        body = None if typed else self._bodies.get(self.known_body.data or "")
        reason = self.disposition_reason.data
        return SortDraft(
            Disposition(self.disposition.data),
            typed or (body.name if body else ""),
            self.redirect_contact.data or (body.phone if body else ""),
            self.answer.data or "",
            DispositionReason(reason) if reason else None,
        )


class NoteForm(CreateForm):
    note = FreeTextField(_l("Note for colleagues"), [required(), at_most(NOTE_LENGTH)])


class AssignForm(CreateForm):
    person_id = SelectField(_l("Who looks after it"), [Optional()])

    def offer(self, people):
        """Names by person; nobody comes first."""
        self.person_id.choices = choices(people.items(), _l("Nobody"))

    def person(self):
        """The key of the person; None for nobody."""
        return int(self.person_id.data) if self.person_id.data else None


class AttachForm(CreateForm):
    issue_id = SelectField(_l("Regional issue"), [chosen()], coerce=row_id)

    def offer(self, issues):
        """Key, number and title of each issue."""
        self.issue_id.choices = [
            SelectChoice(key, f"{number} {title}") for key, number, title in issues
        ]


class ClassForm(CreateForm):
    act_type = SelectField(_l("Type"), [chosen()])
    area_id = SelectField(_l("Area"), [chosen()], coerce=row_id)
    class_reason = FreeTextField(
        _l("Why type or area is changed"), [required(), at_most(SENTENCE_LENGTH)]
    )

    def offer(self, types, areas):
        """Keys and names of both."""
        self.act_type.choices = choices(types)
        self.area_id.choices = [SelectChoice(key, name) for key, name in areas]

    def draft(self):
        """Where the case belongs, for the service."""
        return ClassDraft(self.act_type.data, self.area_id.data, self.class_reason.data or "")


class UndoForm(CreateForm):
    act = HiddenField(validators=[InputRequired()])


class InboxForm(AskedForm):
    """What the list is narrowed to."""

    part = StringField(validators=[Optional(), one_of(set(InboxPart))])
    area = SelectField(_l("Area"), [Optional()])
    why = SelectField(_l("Why it is here"), [Optional()])
    assigned = SelectField(_l("Who looks after it"), [Optional()])

    def offer(self, areas, people):
        """What the list can be narrowed to."""
        self.area.choices = choices(areas, _l("All"))
        self.why.choices = choices(WHY_LABELS.items(), _l("All"))
        names = [(ME, _l("You")), (NOBODY, _l("Nobody")), *people.items()]
        self.assigned.choices = choices(names, _l("Anybody"))

    def wanted(self):
        """The filter, once everything is known."""
        return Wanted(
            InboxPart(self.part.data or InboxPart.ACCEPT),
            int(self.area.data) if self.area.data else None,
            Why(self.why.data) if self.why.data else None,
            self.assigned.data or "",
        )


class BulkForm(CreateForm):
    """One step for the ticked cases: to be looked at, and then with what was seen to be done."""

    step = SelectField(
        _l("What to do with the ticked ones"),
        [chosen()],
        choices=choices(BULK_LABELS.items()),
    )
    given_to = SelectField(_l("Who looks after it"), [Optional()])
    to_issue = SelectField(_l("Regional issue"), [Optional()])
    to_area = SelectField(_l("Area"), [Optional()])
    reason = FreeTextField(_l("Why another area is in charge"), [at_most(SENTENCE_LENGTH)])
    cases = SelectMultipleField(validate_choice=False, choices=[])  # "12", or "12:3" with version

    def offer(self, people, issues, areas):
        """To whom, to which issue and to which area."""
        self.given_to.choices = choices(people.items(), _l("Nobody"))
        known = [(key, f"{number} {title}") for key, number, title in issues]
        self.to_issue.choices = choices(known, _l("Please choose"))
        self.to_area.choices = choices(areas, _l("Please choose"))

    def draft(self):
        """What to do, for the service."""
        return BulkDraft(
            BulkStep(self.step.data),
            tuple(self.versions()),
            int(self.given_to.data) if self.given_to.data else None,
            int(self.to_issue.data) if self.to_issue.data else None,
            int(self.to_area.data) if self.to_area.data else None,
            self.reason.data or "",
        )

    def versions(self):
        """The version of each case that was looked at, by case; 0 where none was named.

        What cannot be read is left out.
        """
        found = {}
        for text in self.cases.data or []:
            key, _colon, version = text.partition(":")
            if key.isdecimal() and (version or "0").isdecimal() and int(key) <= LARGEST_ID:
                found[int(key)] = int((version or "0")[:9])
        return found
