"""Choosing what is split off, joined, linked or filed twice; looked at before it is done."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import Optional

from tracker.core.db import row_id
from tracker.core.forms import (
    CreateForm,
    EditForm,
    FreeTextField,
    at_most,
    chosen,
    required,
)
from tracker.core.i18n import labelled
from tracker.issues.models import SENTENCE_LENGTH
from tracker.issues.relating.linking import RELATION_LABELS, Relation
from tracker.issues.statement import STATEMENT_LENGTH, TITLE_LENGTH


def target_key(value):
    """The key of an issue, or None for a new one."""
    return row_id(value) if value not in {None, ""} else None


def words_of(choice):
    """Number and title, with what should be known before it is chosen."""
    name = f"{choice.number} {choice.title}"
    return labelled(_l("split from it before"), name) if choice.was_split else name


class LookedAt:
    """Sent twice: first to be looked at, then to be done."""

    confirmed = HiddenField()


class SplitForm(LookedAt, CreateForm, EditForm):
    case_ids = SelectMultipleField(_l("Cases"), coerce=row_id, validate_choice=False)
    target_id = SelectField(_l("Where do they go?"), coerce=target_key)
    title = FreeTextField(
        _l("Title of the new issue"), [Optional(), at_most(TITLE_LENGTH)], render_kw={"rows": 2}
    )
    statement = FreeTextField(
        _l("Statement of the new issue"), [Optional(), at_most(STATEMENT_LENGTH)]
    )
    reason = FreeTextField(_l("Reason for splitting"), [required(), at_most(SENTENCE_LENGTH)])

    def offer(self, choices):
        """A new issue, or one of the town's open ones."""
        others = [(choice.id, words_of(choice)) for choice in choices]
        self.target_id.choices = [("", _l("A new issue")), *others]


class JoinForm(LookedAt, CreateForm, EditForm):
    kept_id = SelectField(_l("Issue that stays"), [chosen()], coerce=row_id)
    reason = FreeTextField(_l("Reason for joining"), [required(), at_most(SENTENCE_LENGTH)])

    def offer(self, choices):
        """The town's open issues."""
        self.kept_id.choices = [(choice.id, words_of(choice)) for choice in choices]


class LinkForm(CreateForm):
    relation = RadioField(
        _l("How do they belong together?"),
        [chosen()],
        choices=[SelectChoice(kind.value, label) for kind, label in RELATION_LABELS.items()],
    )
    other_id = SelectField(_l("The other issue"), [chosen()], coerce=row_id)

    def offer(self, choices):
        """The town's open issues."""
        self.other_id.choices = [(one.id, f"{one.number} {one.title}") for one in choices]

    def how(self):
        """The relation, for the service."""
        return Relation(self.relation.data)


class TwinForm(LookedAt, CreateForm, EditForm):
    kept_id = RadioField(_l("Case that goes on"), [chosen()], coerce=row_id)
    reason = FreeTextField(
        _l("How do you know that it is the same event?"), [required(), at_most(SENTENCE_LENGTH)]
    )

    def offer(self, twins):
        """Cases of the same office."""
        self.kept_id.choices = [(twin.id, twin.number) for twin in twins]


class ApartForm(CreateForm):
    """Every case of a cluster, and those of them that are ticked."""

    of_cluster = SelectMultipleField(_l("Cases"), coerce=row_id, validate_choice=False)
    case_ids = SelectMultipleField(_l("Cases"), coerce=row_id, validate_choice=False)

    def sides(self):
        """Ticked and unticked; when all or none are ticked, each case by itself."""
        ticked = set(self.case_ids.data) & set(self.of_cluster.data)
        rest = set(self.of_cluster.data) - ticked
        if ticked and rest:
            return [sorted(ticked), sorted(rest)]
        return [[case_id] for case_id in sorted(ticked | rest)]
