"""A vignette, an option; each stands in a page of its own when it is changed."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice

from tracker.core.forms import (
    CreateForm,
    EditForm,
    FreeTextField,
    at_most,
    chosen,
    required,
)
from tracker.issues.material.models import (
    COST_LABELS,
    EFFECT_LENGTH,
    OPTION_LENGTH,
    VIGNETTE_LENGTH,
    WHO_LENGTH,
    Cost,
)
from tracker.issues.material.service import OptionDraft, VignetteDraft


def line(label, length, *validators):
    """A short text about a need, on two lines at most."""
    return FreeTextField(label, [*validators, at_most(length)], render_kw={"rows": 2})


class VignetteForm(CreateForm):
    text = FreeTextField(
        _l("What it is like, without saying who"),
        [required(), at_most(VIGNETTE_LENGTH)],
        render_kw={"rows": 4},
    )
    is_public = BooleanField(_l("May stand in papers for everybody"))

    def draft(self):
        """The story, for the service."""
        return VignetteDraft(self.text.data, self.is_public.data)


class OptionForm(CreateForm):
    title = line(_l("What would be done"), OPTION_LENGTH, required())
    cost = RadioField(_l("Rough cost to the town"), [chosen()], default=Cost.OPEN.value)
    who = line(_l("Who would do it"), WHO_LENGTH, required())
    effect = line(_l("For and against"), EFFECT_LENGTH)
    is_public = BooleanField(_l("May stand in papers for everybody"))

    def __init__(self, *args, **kwargs):
        """Its boxes have ids of their own: it stands on the same page as the other form."""
        super().__init__(*args, **kwargs)
        self.cost.choices = [SelectChoice(cost.value, words) for cost, words in COST_LABELS.items()]
        for field in self:
            field.id = field.label.field_id = f"option-{field.id}"

    def draft(self):
        """The option, for the service; a title is one line."""
        return OptionDraft(
            " ".join(self.title.data.split()),
            Cost(self.cost.data),
            " ".join(self.who.data.split()),
            self.effect.data or "",
            self.is_public.data,
        )


class ChangeVignetteForm(VignetteForm, EditForm):
    """Carries the version it was opened with."""


class ChangeOptionForm(OptionForm, EditForm):
    """Carries the version it was opened with."""
