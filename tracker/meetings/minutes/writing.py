"""The first text of minutes: made of the agenda, what was said and what came of each item.

In the town's own language whatever the page speaks. Names of people stand in the list of
attendance beside it and not in the text.
"""

from flask_babel import force_locale
from flask_babel import gettext as _

from tracker.core.i18n import bracketed, date_long, listed
from tracker.meetings import queries
from tracker.meetings.models import AgendaItem, Meeting
from tracker.meetings.queries import DecidedAction

TOWN_LANGUAGE = "ja"


def compose(meeting: Meeting, *, at_most: int) -> str:
    """The text in light Markdown; without items an empty one.

    Where it is too long, what was said is left out from the last item on, and that stands there.
    """
    items = queries.items_of(meeting.id)
    actions = queries.actions_decided([item.id for item in items])
    with force_locale(TOWN_LANGUAGE):
        parts = [
            _item(number, item, actions.get(item.id, [])) for number, item in enumerate(items, 1)
        ]
        for number, item in reversed(list(enumerate(items, 1))):
            if sum(len(part) + 2 for part in parts) <= at_most:
                break
            left_out = _("Too long for this text: it stands with the item on the page of the room.")
            parts[number - 1] = _item(number, item, actions.get(item.id, []), left_out)
    return "\n\n".join(parts)[:at_most]


def _item(number: int, item: AgendaItem, actions: list[DecidedAction], discussion: str = "") -> str:
    lines = [
        "## " + _("Item %(number)s", number=number) + " " + item.title,
        "**" + _("Question to decide") + "** " + item.question,
        "### " + _("Discussion"),
        discussion or item.discussion or _("Nothing was written down."),
        "### " + _("Result of the item"),
        *_result(item),
    ]
    if actions:
        lines.append("\n".join(_action(one) for one in actions))
    return "\n\n".join(lines)


def _result(item: AgendaItem) -> list[str]:
    if item.outcome is None:
        return [_("No outcome yet.")]
    lines = [f"**{item.outcome.label}** {item.outcome_reason}"]
    facts = [
        (
            _("Why it is not taken up"),
            str(item.decline_reason.label) if item.decline_reason else "",
        ),
        (_("Who brings it"), item.outcome_who),
        (_("By, until or again on"), date_long(item.outcome_on) if item.outcome_on else ""),
        (_("Held until this happens"), item.outcome_event),
        (_("Why not as recommended"), item.differs_because),
    ]
    return [*lines, *(f"**{term}** {said}" for term, said in facts if said)]


def _action(action: DecidedAction) -> str:
    facts = listed([action.owner, date_long(action.due_on)])
    return f"- {action.number} {action.title}{bracketed(facts)}"
