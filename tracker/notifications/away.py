"""Whoever is away has somebody who stands in: work that waits for the one is told to the other."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import cast

from blinker import Signal

from tracker.accounts.models import Person
from tracker.notifications.models import Event

# Actions stand above and keep who stands in; the answer is person → who stands in for them.
stand_ins_asked = Signal("who stands in for these today: person_ids, today")

# Work of the town in somebody's hands; what answers or concerns the person alone stays theirs.
HANDED_ON = frozenset(
    {
        Event.ACTION_HANDED,
        Event.ACTION_MENTIONED,
        Event.AGREEMENT_ENDING,
        Event.ISSUE_CAME_BACK,
        Event.RESOURCE_ANSWERED,
        Event.RESOURCE_WORSE,
        Event.WATCH_DUE,
    }
)


def stand_ins(person_ids: Collection[int], *, today: date) -> dict[int, list[Person]]:
    """Who is told in place of each of these people today, beside them; who is here has no entry."""
    found: dict[int, list[Person]] = {}
    for _receiver, answer in stand_ins_asked.send(person_ids=person_ids, today=today):
        for holder_id, people in cast("Mapping[int, list[Person]]", answer).items():
            found.setdefault(holder_id, []).extend(people)
    return found
