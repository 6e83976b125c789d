"""What the audit log keeps of a step with an entry: codes and days in clear, texts as hashes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.resources.drafting import LISTS, TEXTS, ResourceDraft
from tracker.resources.models import Resource

CODED = ("status", *LISTS)
DAYS = ("assured_on", "started_on", "ended_on")


def texts(resource: Resource, draft: ResourceDraft) -> dict[str, str]:
    """Everything that was typed, by the name of its field."""
    typed = {name: getattr(resource, name) for name in (*TEXTS, "office_mail")}
    typed["contacts"] = " ".join(contact.value for contact in draft.contacts)
    typed["conditions"] = " ".join(cost.condition for cost in draft.costs)
    return {name: text for name, text in typed.items() if text or name in TEXTS}


def days(resource: Resource) -> dict[str, Any]:
    """The days of the entry, as text."""
    days = {name: getattr(resource, name) for name in DAYS}
    return {name: day.isoformat() if day else None for name, day in days.items()}


def state(resource: Resource) -> dict[str, Any]:
    """Whether it can be used, and its days."""
    return {"status": resource.status, **days(resource)}


def coded(resource: Resource, draft: ResourceDraft) -> dict[str, Any]:
    """Everything that is a code, a day or a key."""
    return {
        **{name: getattr(resource, name) for name in CODED},
        **days(resource),
        "area_ids": sorted(set(draft.area_ids)),
        "act_types": sorted(set(draft.act_types)),
        "slots": [[*slot.days, slot.opens, slot.closes] for slot in draft.slots],
        "costs": [[cost.tier, cost.yen] for cost in draft.costs],
    }


def record(
    resource: Resource,
    verb: str,
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    *,
    by: Viewer | None,
    at: datetime,
    were: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
    confirmed: Sequence[str] = (),
) -> None:
    """Append to the audit log what differs.

    :param were: the texts as they were, when they may have changed, and `texts` as they are
    """
    changed = {name: value for name, value in now.items() if was.get(name) != value}
    if confirmed:
        changed["details_confirmed"] = list(confirmed)
    before, after = were or {}, texts or {}
    names = [*before, *(name for name in after if name not in before)]
    replaced = {
        name: before.get(name, "") for name in names if before.get(name, "") != after.get(name, "")
    }
    change = Change(
        was={name: was[name] for name in changed if name in was},
        now=changed,
        replaced_texts={name: old for name, old in replaced.items() if old},
        written_texts={name: after.get(name, "") for name in replaced},
    )
    audit.record(by, verb, resource, at=at, change=change)
