"""The demo's second half: issues raised from its cases, meetings, actions, closings.

Told in the order in which it happened, through the services; what people say stands in the files.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from tracker.actions import service as actions
from tracker.actions.models import Action, Stage, StopReason
from tracker.actions.service import ActionDraft
from tracker.cases.models import Case, CaseStatus
from tracker.core import clock
from tracker.core.db import db
from tracker.demo import driving, material, room, series, statements
from tracker.demo.cases import Cast
from tracker.demo.files import rows
from tracker.issues import queries as issue_queries
from tracker.issues import service as issues
from tracker.issues.models import OPEN, ClosedAs, IssueStatus, RegionalIssue
from tracker.issues.service import IssueDraft
from tracker.meetings import attendance, inviting, outcomes
from tracker.meetings import service as meetings
from tracker.meetings.models import AgendaItem, ItemKind, Meeting, Outcome
from tracker.meetings.outcomes import DecidedAction, OutcomeDraft
from tracker.meetings.series.service import SittingDraft, plan_sitting
from tracker.meetings.service import ItemDraft
from tracker.resources.models import Resource

LEFT_AS_CANDIDATE = frozenset({"calls"})
SERIES_DAYS_AGO = 500
PLEDGED = ("iin",)


class Story:
    """Who and what the demo's chain is about; `tell` writes it."""

    def __init__(
        self,
        cast: Cast,
        organisations: dict[str, int],
        resources: dict[str, Resource],
        cases: dict[str, int],
        now: datetime,
    ) -> None:
        self.cast, self.now = cast, now
        self.organisations, self.resources, self.cases = organisations, resources, cases
        self.said, self.at_stake = statements.parts(), statements.at_stake()
        self.issues: dict[str, RegionalIssue] = {}
        self.actions: dict[str, Action] = {}
        self.series = series.load(cast, now - timedelta(days=SERIES_DAYS_AGO))
        self.seated = False  # do meetings planned from a series invite its members?
        self.decided = _by(rows("actions"), "issue")
        self.items = _by(rows("items"), "meeting")
        self.guests = _by(rows("attendees"), "meeting")

    def tell(self) -> None:
        """Everything up to the meetings that are still to come."""
        for row in rows("issues"):
            self._raise(row)
        for row in rows("meetings"):
            self._meet(row)
        for row in rows("action_log"):
            self._log(row)
        self._add_later_cases(40)
        self._close()
        self._add_later_cases(4)

    def _at(self, days_ago: int, hour: int = 0) -> datetime:
        return self.now - timedelta(days=days_ago) + timedelta(hours=hour)

    def _raise(self, row: dict[str, str]) -> None:
        at = self._at(int(row["raised_days_ago"]))
        by, area_id = self.cast.person(row["by"]), self.cast.areas[row["area"]]
        said = self.said.get(row["key"], {})
        draft = IssueDraft(row["title"], row["statement"], area_id, row["act_type"], **said)
        issue = issues.raise_issue(draft, self._like(row, at), by=by, at=at, today=_day(at))
        if row["key"] not in LEFT_AS_CANDIDATE:
            severity, feasibility = self.at_stake[row["key"]]
            issues.confirm(issue, severity, feasibility, by=by, at=at + timedelta(days=1))
        material.write(row["key"], issue, by=by, at=at + timedelta(days=1))
        self.issues[row["key"]] = issue

    def _add_later_cases(self, days_ago: int) -> None:
        at = self._at(days_ago)
        for row in rows("issues"):
            issue = self.issues[row["key"]]
            known = set(issue_queries.case_ids(issue.id))
            more = sorted(set(self._like(row, at)) - known)
            if more and issue.status in OPEN and issue.created_at < at:
                issues.attach(issue, more, by=self.cast.person(row["by"]), at=at)

    def _like(self, row: dict[str, str], before: datetime) -> Sequence[int]:
        return db.session.scalars(
            sa.select(Case.id)
            .where(
                Case.area_id == self.cast.areas[row["area"]],
                Case.act_type_code == row["act_type"],
                Case.status.in_([CaseStatus.ACCEPTED, CaseStatus.DISPOSED, CaseStatus.CLOSED]),
                Case.submitted_at < before,
            )
            .order_by(Case.id)
        ).all()

    def _meet(self, row: dict[str, str]) -> None:
        by = self.cast.person(row["by"])
        held = self._at(int(row["days_ago"]))
        planned = self._at(int(row["planned_days_ago"]))
        if not self.guests[row["key"]] and not self.seated:
            series.seat(self.series, self.cast, planned)
            self.seated = True
        draft = SittingDraft(
            _day(held), time.fromisoformat(row["starts_at"]), int(row["length"]), row["place"]
        )
        meeting = plan_sitting(self.series[row["series"]], draft, by=by, at=planned)
        items = []
        for count, item in enumerate(self.items[row["key"]], 1):
            items.append(self._put(meeting, item, planned + timedelta(minutes=4 * count)))
        self._invite(meeting, row["key"], planned + timedelta(minutes=11))
        if row["until"] == "planned":
            return
        published = planned + timedelta(days=2)
        about = self._by_subject(row["key"], items)
        room.recommend(meeting, about, by=self.cast.preparer(meeting), at=planned)
        meetings.publish(meeting, by=by, at=published, today=_day(published))
        self._pledge(meeting, published + timedelta(days=1))
        if row["until"] != "published":
            self._hold(meeting, items, row, held)

    def _put(self, meeting: Meeting, row: dict[str, str], at: datetime) -> AgendaItem:
        kind = ItemKind(row["kind"])
        known = self.cases if kind is ItemKind.CASE else {k: i.id for k, i in self.issues.items()}
        draft = ItemDraft(
            kind,
            (known[row["subject"]],),
            "",
            row["question"],
            row["presenter"],
            int(row["minutes"]),
            series.heading_for(meeting, kind),
        )
        by = self.cast.preparer(meeting)
        return meetings.add_item(meeting, draft, by=by, at=at, today=_day(at))

    def _invite(self, meeting: Meeting, key: str, at: datetime) -> None:
        for row in self.guests[key]:
            account = self.cast.person(row["login"]).person_id if row["login"] == "iin" else None
            draft = attendance.AttendeeDraft(
                row["organisation"], row["profession"], row["name"], account
            )
            by = self.cast.preparer(meeting)
            guest = attendance.invite(meeting, draft, by=by, at=at, today=_day(at))
            row["id"] = str(guest.id)

    def _by_subject(self, key: str, items: list[AgendaItem]) -> dict[str, AgendaItem]:
        said = self.items[key]
        return {one["subject"]: item for one, item in zip(said, items, strict=True)}

    def _pledge(self, meeting: Meeting, at: datetime) -> None:
        invited = {person.login for person in inviting.people_invited(meeting.id)}
        for login in sorted(invited.intersection(PLEDGED)):
            by = self.cast.person(login)
            attendance.sign_pledge(meeting, by=by, at=at, today=_day(at))

    def _hold(
        self, meeting: Meeting, items: list[AgendaItem], row: dict[str, str], at: datetime
    ) -> None:
        by = self.cast.preparer(meeting)
        present = {int(one["id"]) for one in self.guests[row["key"]] if one["present"] == "yes"}
        attendance.note_attendance(meeting, present, by=by, at=at)
        meetings.hold(meeting, by=by, at=at)
        for item, said in zip(items, self.items[row["key"]], strict=True):
            outcomes.write_discussion(meeting, item, said["discussion"], by=by, at=at)
            draft = self._outcome(said, at)
            outcomes.note_outcome(meeting, item, draft, by=by, at=at, today=_day(at))
            self._remember(said["subject"], item)
        meetings.draft_minutes(meeting, by=by, at=at + timedelta(days=1))
        second = self.cast.second(meeting)
        meetings.approve_minutes(meeting, by=second, at=at + timedelta(days=5))
        about = self._by_subject(row["key"], items)
        room.tell(meeting, row["key"], about, by=by, at=at + timedelta(days=5))
        room.look_back(meeting, row["key"], self.cast, at=at + timedelta(days=5))
        if row["until"] == "answered":
            meetings.close_answered(meeting, by=by, at=at + timedelta(days=6))

    def _outcome(self, said: dict[str, str], at: datetime) -> OutcomeDraft:
        decided = self.decided[said["subject"]] if said["outcome"] == "adopt" else []
        until = _day(at) + timedelta(days=int(said["in_days"])) if said["in_days"] else None
        return OutcomeDraft(
            Outcome(said["outcome"]),
            said["sentence"],
            who=said["who"],
            on=until,
            differs_because=room.differs_because(said["subject"]),
            actions=tuple(
                DecidedAction(self.issues[said["subject"]].id, self._action(row, at))
                for row in decided
            ),
        )

    def _action(self, row: dict[str, str], at: datetime) -> ActionDraft:
        due_on = _day(at) + timedelta(days=int(row["due_in_days"]))
        owner_id = self.organisations[row["owner"]]
        return ActionDraft(row["title"], row["kind"], owner_id, due_on, row["criteria"])

    def _remember(self, issue: str, item: AgendaItem) -> None:
        made = db.session.scalars(
            sa.select(Action).where(Action.item_id == item.id).order_by(Action.id)
        ).all()
        keys = [row["key"] for row in self.decided[issue]] if made else []
        self.actions.update(zip(keys, made, strict=True))

    def _log(self, row: dict[str, str]) -> None:
        action, at = self.actions[row["action"]], self._at(int(row["days_ago"]), hour=-3)
        by, to, sentence = self.cast.person(row["by"]), Stage(row["to"]), row["sentence"]
        facts = driving.facts(row["action"], to, self.now)
        if to is Stage.LIVE:
            resource = self.resources[row["resource"]]
            actions.go_live(
                action,
                sentence,
                resource_id=resource.id,
                resource=None,
                facts=facts,
                by=by,
                at=at,
                today=_day(at),
            )
        elif to is Stage.ON_HOLD:
            until = clock.today() + timedelta(days=120)
            actions.hold(action, until, sentence, by=by, at=at)
        elif to is Stage.STOPPED:
            instead = driving.instead(row["action"])
            actions.stop(action, StopReason.NO_BUDGET, sentence, by=by, at=at, instead=instead)
        else:
            actions.move(action, to, sentence, by=by, at=at, facts=facts)

    def _close(self) -> None:
        """One issue closed with proof, one by making it known (new cases will open it again)."""
        for key, how, days_ago, sentence in CLOSINGS:
            issue, at = self.issues[key], self._at(days_ago)
            mori, hara = self.cast.person("mori"), self.cast.person("hara")
            issues.propose_close(issue, how, sentence, by=mori, at=at, today=_day(at))
            if issue.status is not IssueStatus.CLOSED:
                later = at + timedelta(days=2)
                issues.second_close(issue, by=hara, at=later, today=_day(later))


CLOSINGS = (
    (
        "shopping",
        ClosedAs.VERIFIED,
        26,
        "移動販売が東圏域で続いています。運用が始まってから、買い物の事例は一件も届いていません。",
    ),
    (
        "bank",
        ClosedAs.AWARENESS,
        34,
        "頼めることと頼めないことを伝える冊子が、すべての事業所とセンターに行きわたりました。",
    ),
)


def _by(lines: Sequence[dict[str, str]], column: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for line in lines:
        found[line[column]].append(line)
    return found


def _day(at: datetime) -> date:
    return clock.local(at).date()
