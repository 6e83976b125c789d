"""What a level above made of the issues a meeting referred up: shown where they came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.issues.referrals import Referral, referrals_of
from tracker.meetings.models import ItemKind, Outcome
from tracker.meetings.queries import ItemView


@dataclass(frozen=True)
class Above:
    """One issue of an item that was referred up, and what came of that."""

    number: str
    referral: Referral


def answers(views: Sequence[ItemView]) -> dict[int, list[Above]]:
    """By item that was referred up: each of its issues, with the answer once there is one.

    One statement, none when nothing was referred up. For those who may read the meeting's folder.
    """
    sent = [
        view
        for view in views
        if view.item.kind is ItemKind.ISSUE and view.item.outcome is Outcome.REFER
    ]
    if not sent:
        return {}
    found = referrals_of([one.id for view in sent for one in view.subjects])
    return {
        view.item.id: [
            Above(one.number, referral)
            for one in view.subjects
            for referral in found[one.id]
            if referral.sentence == view.item.outcome_reason
        ]
        for view in sent
    }
