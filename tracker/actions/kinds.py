"""Pure: what each way of going about it has to show before it counts as live.

Not everything ends in a resource one can ask for: a rule is in force, helpers are trained, a plan
is passed. For these a resource may be named as well, but a sentence or an agreement is enough.
"""

import enum
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Shows(enum.StrEnum):
    """What has to be there."""

    RESOURCE = "resource"
    AGREEMENT = "agreement"
    SENTENCE = "sentence"


@dataclass(frozen=True)
class LiveRule:
    """What "live" means for a kind, and what is asked for it."""

    meaning: LazyString
    shows: Shows
    asks: LazyString | None = None  # the label of the sentence that is asked instead

    @property
    def needs_resource(self) -> bool:
        """Is nothing live without a resource of the directory?"""
        return self.shows is Shows.RESOURCE


_USABLE = _l("Live means: the directory has a resource that somebody can ask for.")

LIVE: dict[str, LiveRule] = {
    "NEW": LiveRule(_USABLE, Shows.RESOURCE),
    "EXTEND": LiveRule(
        _l("Live means: the directory says the wider areas, hours or people of the resource."),
        Shows.RESOURCE,
    ),
    "REPURPOSE": LiveRule(_USABLE, Shows.RESOURCE),
    "MATCH": LiveRule(
        _l("Live means: the directory has what was brought together, with its day and place."),
        Shows.RESOURCE,
    ),
    "RULE": LiveRule(
        _l("Live means: the procedure is decided and everybody it concerns has it."),
        Shows.SENTENCE,
        _l("Name of the document, from when it is in force, and where it is kept"),
    ),
    "AGREE": LiveRule(
        _l("Live means: the agreement stands in the register with the days on which it holds."),
        Shows.AGREEMENT,
    ),
    "TRAIN": LiveRule(
        _l("Live means: people are trained and it is settled where they help."),
        Shows.SENTENCE,
        _l("How many people were trained, when, and where they help"),
    ),
    "INFO": LiveRule(
        _l("Live means: those who need to know have it in hand."),
        Shows.SENTENCE,
        _l("What was made, how many, and who has it"),
    ),
    "SUBSIDY": LiveRule(
        _l("Live means: one can apply for it, and the directory says how."), Shows.RESOURCE
    ),
    "POLICY": LiveRule(
        _l("Live means: the plan, budget or ordinance is passed."),
        Shows.SENTENCE,
        _l("Name and number of the plan, budget or ordinance, and from when it counts"),
    ),
    "NETWORK": LiveRule(
        _l("Live means: it is settled who belongs to it and how to reach it."),
        Shows.SENTENCE,
        _l("Which bodies belong to it, how to reach them, when they meet next"),
    ),
    "ICT": LiveRule(
        _l("Live means: the directory says who can use the device and how to get it."),
        Shows.RESOURCE,
    ),
    "SURVEY": LiveRule(
        _l("Live means: the result is written down and those concerned have read it."),
        Shows.SENTENCE,
        _l("What the survey found, and where it can be read"),
    ),
}


def live_rule(kind: str) -> LiveRule:
    """The rule of a kind; of one we do not know, that of something new."""
    return LIVE.get(kind, LIVE["NEW"])
