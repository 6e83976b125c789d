"""Milestones, figures of use, comments, handing over, standing in."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from tracker.actions.forms import StepForm
from tracker.actions.models import SENTENCE_LENGTH
from tracker.actions.work.holding import DelegationDraft
from tracker.actions.work.models import (
    AUDIENCE_LABELS,
    COMMENT_LENGTH,
    MILESTONE_LENGTH,
    Audience,
)
from tracker.actions.work.service import CommentDraft
from tracker.core.forms import (
    CreateForm,
    DayField,
    FreeTextField,
    MonthField,
    NumberField,
    PlainField,
    TicksField,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import labelled


def _needed():
    return InputRequired(_l("Please fill this in."))


def _worker(one):
    return SelectChoice(one.person_id, labelled(one.organisation, one.name))


class MilestoneForm(CreateForm):
    milestone = PlainField(_l("What has to be reached"), [required(), at_most(MILESTONE_LENGTH)])
    milestone_due = DayField(_l("By when"), [_needed()])


class UseForm(CreateForm):
    month = MonthField(_l("Month of use"), [_needed()])
    uses = NumberField(_l("Times it was used"), [_needed()])
    refusals = NumberField(_l("Times it had to be refused"), [_needed()])


class ReviewForm(CreateForm):
    look_again_on = DayField(_l("Look again on"), [_needed()])

    def reject(self, error):
        """The service speaks of the row's column."""
        if error.field == "next_review_on":
            error.field = "look_again_on"
        super().reject(error)


class CommentForm(CreateForm):
    comment = FreeTextField(_l("Comment"), [required(), at_most(COMMENT_LENGTH)])
    audience = RadioField(
        _l("Who may read it"),
        [chosen()],
        choices=[SelectChoice(one.value, label) for one, label in AUDIENCE_LABELS.items()],
        default=Audience.ALL.value,
    )
    told = TicksField(_l("Tell these people by notice"), coerce=int)

    def offer(self, workers):
        """Those who may be told: everybody who works for the town, but oneself."""
        self.told.choices = [_worker(one) for one in workers]

    def draft(self):
        """What is said."""
        return CommentDraft(
            self.comment.data, Audience(self.audience.data), tuple(self.told.data or ())
        )


class HandForm(StepForm):
    sentence_name = "hand_sentence"
    holder_id = SelectField(_l("Who takes it in hand"), [chosen()], coerce=int)
    hand_sentence = FreeTextField(
        _l("What the successor has to know"), [required(), at_most(SENTENCE_LENGTH)]
    )

    def offer(self, workers, now):
        """The people of the owner, without who has it now."""
        self.holder_id.choices = [_worker(one) for one in workers if one.person_id != now]


class HandAllForm(StepForm):
    sentence_name = "all_sentence"
    successor_id = SelectField(_l("Successor"), [chosen()], coerce=int)
    all_sentence = FreeTextField(
        _l("What the successor has to know"), [required(), at_most(SENTENCE_LENGTH)]
    )

    def offer(self, workers, holder_id):
        """Everybody who works for the town, but the one who hands over."""
        self.successor_id.choices = [_worker(one) for one in workers if one.person_id != holder_id]


class DelegationForm(CreateForm):
    delegate_id = SelectField(_l("Who stands in for you"), [chosen()], coerce=int)
    from_on = DayField(_l("First day"), [_needed()])
    until_on = DayField(_l("Last day"), [_needed()])

    def offer(self, workers, own_id):
        """Everybody who works for the town, but oneself."""
        none = SelectChoice(0, _("Please choose"))
        others = [_worker(one) for one in workers if one.person_id != own_id]
        self.delegate_id.choices = [none, *others]

    def draft(self):
        """Who stands in, and when."""
        return DelegationDraft(self.delegate_id.data, self.from_on.data, self.until_on.data)
