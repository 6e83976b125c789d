"""The short steps with an entry."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, Optional

from tracker.core.db import row_id
from tracker.core.forms import CreateForm, FreeTextField, NumberField, PlainField, at_most, chosen
from tracker.resources.checklist import POINTS
from tracker.resources.models import (
    CAPACITY_LABELS,
    NOTE_LENGTH,
    POINT_LABELS,
    TEXT_LENGTH,
    Capacity,
    PointAnswer,
)
from tracker.resources.service import Ending, Room


class ConfirmForm(CreateForm):
    """Carries the version that was read: nobody vouches for what was changed meanwhile."""

    version = HiddenField(validators=[InputRequired()])


class RoomForm(CreateForm):
    """Does it take somebody new?"""

    capacity = RadioField(
        _l("Does it take people now?"),
        [chosen()],
        choices=[SelectChoice(one.value, CAPACITY_LABELS[one]) for one in Capacity],
    )
    free_places = NumberField(_l("Free places"), [Optional()])
    waiting = NumberField(_l("People waiting"), [Optional()])

    def room(self):
        """What was said, for the service."""
        return Room(Capacity(self.capacity.data), self.free_places.data, self.waiting.data)


class EndForm(CreateForm):
    """It ends; what instead."""

    instead = FreeTextField(
        _l("What people can use instead, or that there is nothing"),
        [Optional(), at_most(TEXT_LENGTH)],
    )
    instead_id = SelectField(_l("A resource of the directory instead"), [Optional()])
    despite_waiting = BooleanField(_l("I have looked at the cases that wait for it"))

    def offer(self, resources, ended_id):
        """The other resources of the directory."""
        self.instead_id.choices = [
            SelectChoice("", _l("None")),
            *(SelectChoice(str(key), name) for key, name in resources if key != ended_id),
        ]

    def ending(self):
        """What was said, for the service."""
        key = self.instead_id.data
        return Ending(
            self.instead.data or "", row_id(key) if key else None, self.despite_waiting.data
        )


class ChecklistForm(CreateForm):
    """One answer and one note for each point, by the code of the point."""

    def answers(self):
        """What was answered; points left open are left out."""
        return {
            point.code: (
                PointAnswer(self[f"answer_{point.code}"].data),
                self[f"note_{point.code}"].data or "",
            )
            for point in POINTS
            if self[f"answer_{point.code}"].data
        }


for _point in POINTS:
    _field = RadioField(
        _point.text,
        [Optional()],
        choices=[SelectChoice(one.value, POINT_LABELS[one]) for one in PointAnswer],
    )
    setattr(ChecklistForm, f"answer_{_point.code}", _field)
    _words = _l("Where it stands, or what is missing")
    _note = PlainField(_words, [Optional(), at_most(NOTE_LENGTH)])
    setattr(ChecklistForm, f"note_{_point.code}", _note)


def written_answers(resource):
    """What the checklist holds of an entry."""
    held = {}
    for row in resource.points:
        held[f"answer_{row.point}"], held[f"note_{row.point}"] = row.answer.value, row.note
    return held
