"""Pure: which stages come next, and the bar that shows where an action stands."""

from collections.abc import Sequence

from flask_babel import gettext as _

from tracker.actions.models import EDGES, ENDED, OPEN_STAGES, Action, ActionEntry, Stage
from tracker.cases.stages import Stage as Place
from tracker.core.i18n import date_long

# These stages have a verb of their own: they need more than a sentence.
WITH_MORE = frozenset({Stage.LIVE, Stage.ON_HOLD, Stage.STOPPED})
WAY = (Stage.PROPOSED, Stage.STUDY, Stage.TRIAL, Stage.LIVE, Stage.REVIEW, Stage.SETTLED)
BEGUN = (Stage.PROPOSED, Stage.STUDY)  # the edge on which an action begins


def next_stages(stage: Stage) -> list[Stage]:
    """Stages that a plain step leads to from here, in the usual order; empty: none."""
    if stage is Stage.ON_HOLD:
        return []
    return [to for to in Stage if (stage, to) in EDGES and to not in WITH_MORE]


def can_go_live(stage: Stage) -> bool:
    """Is going live the next step?"""
    return (stage, Stage.LIVE) in EDGES and stage is not Stage.ON_HOLD


def is_open(stage: Stage) -> bool:
    """Is the action on its way, neither ended nor on hold?"""
    return stage in OPEN_STAGES


def bar(action: Action, entries: Sequence[ActionEntry]) -> list[Place]:
    """The places of the bar, in order; exactly one is current.

    :param entries: those that count (not taken back), first to last
    """
    reached = {entry.became: entry for entry in entries if entry.was is not entry.became}
    way = [*WAY[:-1], Stage.EXPANDED if action.stage is Stage.EXPANDED else Stage.SETTLED]
    here = way.index(_place(action, entries))
    bar = []
    for index, stage in enumerate(way):
        entry = reached.get(stage) if index <= here else None
        when = entry.at if entry else None
        if stage is Stage.PROPOSED:
            when = action.created_at
        sentence = _beside(action) if index == here else ""
        bar.append(Place(str(stage.label), when, sentence, index <= here, index == here))
    return bar


def _place(action: Action, entries: Sequence[ActionEntry]) -> Stage:
    """The place of the bar an action stands at, or stood at when it left the way."""
    stage = action.stage
    if stage is Stage.STOPPED:
        steps = [entry for entry in entries if entry.became is Stage.STOPPED is not entry.was]
        stage = steps[-1].was if steps else Stage.PROPOSED
    if stage is Stage.ON_HOLD:
        stage = action.held_from or Stage.PROPOSED
    return Stage.REVIEW if stage is Stage.REDESIGNED else stage


def _beside(action: Action) -> str:
    if action.stage is Stage.ON_HOLD and action.held_until:
        return _("On hold until %(day)s", day=date_long(action.held_until))
    if action.stage is Stage.STOPPED and action.stopped_because:
        return _("Stopped: %(reason)s", reason=str(action.stopped_because.label))
    if action.stage is Stage.REDESIGNED:
        return _("Redesigned: back to study")
    return ""


def has_ended(stage: Stage) -> bool:
    """Has the action come to an end?"""
    return stage in ENDED


def is_in_use(stage: Stage) -> bool:
    """Is there something that is used, or that was used until it settled in?"""
    return stage in (Stage.LIVE, Stage.REVIEW, Stage.SETTLED, Stage.EXPANDED, Stage.REDESIGNED)
