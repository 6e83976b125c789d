"""Codes of sorting: how a case came to the centre, why it goes elsewhere, what is asked."""

import enum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class CameAs(enum.StrEnum):
    """What brought the case before the centre last."""

    NEW = "new"
    BACK = "back"
    CONTESTED = "contested"
    MOVED = "moved"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return CAME_LABELS[self]


CAME_LABELS: dict[CameAs, LazyString] = {
    CameAs.NEW: _l("New"),
    CameAs.BACK: _l("Came back completed"),
    CameAs.CONTESTED: _l("The office asks to look again"),
    CameAs.MOVED: _l("Handed over by another centre"),
}


class DispositionReason(enum.StrEnum):
    """Why a case is handed to another body, or only counted."""

    OTHER_DUTY = "other_duty"
    OTHER_TOWN = "other_town"
    PRIVATE_SERVICE = "private_service"
    SPECIALIST = "specialist"
    ONCE_ONLY = "once_only"
    WAITING_FOR_MORE = "waiting_for_more"
    SETTLED_MEANWHILE = "settled_meanwhile"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return REASON_LABELS[self]


REASON_LABELS: dict[DispositionReason, LazyString] = {
    DispositionReason.OTHER_DUTY: _l("Another office or system is in charge"),
    DispositionReason.OTHER_TOWN: _l("Another municipality is in charge"),
    DispositionReason.PRIVATE_SERVICE: _l("A private service does it"),
    DispositionReason.SPECIALIST: _l("It needs a specialist (medical, legal)"),
    DispositionReason.ONCE_ONLY: _l("It happened once and will not come again"),
    DispositionReason.WAITING_FOR_MORE: _l("Kept until more of the same are filed"),
    DispositionReason.SETTLED_MEANWHILE: _l("It was settled in the meantime"),
}
# Handing on always says why; the others only make sense where nothing more is done.
OF_REDIRECTING = (
    DispositionReason.OTHER_DUTY,
    DispositionReason.OTHER_TOWN,
    DispositionReason.PRIVATE_SERVICE,
    DispositionReason.SPECIALIST,
)

# What a centre can ask the office to complete: field of the filing form → its words there.
ASKABLE: dict[str, LazyString] = {
    "summary": _l("What happened"),
    "act_type": _l("What did you do, or were you asked to do?"),
    "times_handled": _l("How many times"),
    "minutes_each": _l("Minutes each time, about"),
    "requester": _l("Who asked?"),
    "outcome": _l("What came of it?"),
    "gap": _l("Could it be handed on? If not, why?"),
    "urgency": _l("How urgent was it?"),
    "area_id": _l("Area where the person lives"),
    "occurred_month": _l("Month"),
    "wanted": _l("What would have helped"),
    "household": _l("Circumstances of the household"),
    "hour_band": _l("At what hours"),
    "acted_because": _l("Why the office took it on"),
}
