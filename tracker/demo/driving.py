"""The demo's actions between their stages: what is known, milestones, use, absence, talk."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tracker.actions.agreements import service as agreements
from tracker.actions.agreements.models import AgreementKind
from tracker.actions.agreements.service import AgreementDraft
from tracker.actions.asked import NEEDED, Facts, asked_for
from tracker.actions.models import Action, Stage
from tracker.actions.work import holding, queries, service
from tracker.actions.work.holding import DelegationDraft
from tracker.actions.work.models import DAY_FACTS, Audience, Fact
from tracker.actions.work.service import CommentDraft
from tracker.core import clock
from tracker.demo.cases import Cast
from tracker.demo.files import rows

NOT_NOTED = "この取組は記録の欄ができる前のもので、当時の項目は残っていません。"
TAKEN_UP = (("helpers", "sato", 9), ("survey", "sato", 6))  # action, in whose hands, days ago
AWAY = ("sato", "hoshino", 12)  # who is away from today, who stands in, for how many days


def facts(key: str, to: Stage, now: datetime) -> Facts:
    """What was said when this action came to this stage; what is not in the file is said so."""
    said: dict[Fact, str | date] = {}
    for row in rows("action_facts"):
        if (row["action"], row["to"]) == (key, to.value):
            fact = Fact(row["fact"])
            said[fact] = _ago(now, int(row["said"])) if fact in DAY_FACTS else row["said"]
    missing = [fact for fact in asked_for(to) if fact in NEEDED and fact not in said]
    return Facts(said, NOT_NOTED if missing else "")


def instead(key: str) -> str:
    """What is done instead of a stopped action; "" where the file has nothing."""
    found = [
        row["said"]
        for row in rows("action_facts")
        if (row["action"], row["to"], row["fact"]) == (key, "stopped", "instead")
    ]
    return found[0] if found else ""


def load(
    actions: Mapping[str, Action], organisations: Mapping[str, int], cast: Cast, now: datetime
) -> None:
    """Milestones, figures, agreements, comments and one absence are there, as of today."""
    for key, login, days_ago in TAKEN_UP:
        by, at = cast.person(login), now - timedelta(days=days_ago)
        said = "センターの中で担当を決めました。"
        holding.hand_to(actions[key], by.person_id, said, by=by, at=at, today=clock.today())
    _milestones(actions, cast, now)
    _uses(actions, cast, now)
    _agreements(actions, organisations, cast, now)
    for row in rows("action_comments"):
        by, at = cast.person(row["by"]), now - timedelta(days=int(row["days_ago"]))
        told = (cast.person(row["told"]).person_id,) if row["told"] else ()
        draft = CommentDraft(row["comment"], Audience(row["audience"]), told)
        service.comment(actions[row["action"]], draft, by=by, at=at, today=clock.today())
    away, deputy, days = AWAY
    delegation = DelegationDraft(
        cast.person(deputy).person_id, clock.today(), clock.today() + timedelta(days=days)
    )
    holding.delegate(delegation, by=cast.person(away), at=now, today=clock.today())
    agreements.remind(at=now, today=clock.today())


def _milestones(actions: Mapping[str, Action], cast: Cast, now: datetime) -> None:
    for row in rows("milestones"):
        action, by = actions[row["action"]], cast.person(row["by"])
        if action.stage in (Stage.SETTLED, Stage.EXPANDED, Stage.STOPPED):
            continue
        at, due_on = action.created_at, clock.today() + timedelta(days=int(row["due_in_days"]))
        silent_since = action.last_entry_at
        service.add_milestone(action, row["title"], due_on, by=by, at=at)
        if row["done_days_ago"]:
            made = queries.milestones_of(action.id)
            reached = next(one for one in made if one.title == row["title"])
            done_on = _ago(now, int(row["done_days_ago"]))
            service.set_milestone(action, reached, done_on=done_on, by=by, at=at)
        action.last_entry_at = silent_since


def _uses(actions: Mapping[str, Action], cast: Cast, now: datetime) -> None:
    for row in rows("action_uses"):
        month = clock.today().replace(day=1)
        for _step in range(int(row["months_ago"])):
            month = (month - timedelta(days=1)).replace(day=1)
        service.note_use(
            actions[row["action"]],
            month,
            int(row["uses"]),
            int(row["refusals"]),
            by=cast.person(row["by"]),
            at=now - timedelta(days=2),
            today=clock.today(),
        )


def _agreements(
    actions: Mapping[str, Action], organisations: Mapping[str, int], cast: Cast, now: datetime
) -> None:
    for row in rows("agreements"):
        until = row["until_in_days"]
        draft = AgreementDraft(
            kind=AgreementKind(row["kind"]),
            title=row["title"],
            parties=row["parties"],
            subject=row["subject"],
            valid_from=_ago(now, int(row["from_days_ago"])),
            valid_until=clock.today() + timedelta(days=int(until)) if until else None,
            owner_id=organisations[row["owner"]],
            act_types=tuple(row["act_types"].split()),
            document_no=row["document_no"],
            action_id=actions[row["action"]].id if row["action"] else None,
        )
        by, at = cast.person(row["by"]), now - timedelta(days=3)
        agreements.enter(draft, by=by, at=at, today=clock.today())


def _ago(now: datetime, days: int) -> date:
    return clock.local(now - timedelta(days=days)).date()
