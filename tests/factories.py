"""Rows for tests, made through the services as people would; none is random, all are committed."""

from datetime import time, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.accounts import queries, renewing
from tracker.accounts import service as accounts
from tracker.accounts.models import (
    Area,
    Membership,
    Organisation,
    OrganisationArea,
    OrganisationKind,
    OrganisationTown,
    Person,
)
from tracker.accounts.roles import Role
from tracker.accounts.service import NewPerson
from tracker.accounts.standing import viewer_of
from tracker.accounts.viewer import Viewer
from tracker.actions import service as actions
from tracker.actions.asked import Facts
from tracker.actions.models import Action, Stage, StopReason
from tracker.actions.service import ActionDraft
from tracker.cases import filing, service
from tracker.cases.filing import CaseDraft, Whence
from tracker.cases.models import Case, Disposition
from tracker.cases.reasons import DispositionReason
from tracker.cases.service import SortDraft
from tracker.core import clock
from tracker.core.db import db
from tracker.issues import service as issues
from tracker.issues.models import IssueStatus, RegionalIssue
from tracker.issues.service import IssueDraft
from tracker.meetings import attendance, outcomes
from tracker.meetings import policy as meeting_policy
from tracker.meetings import service as meetings
from tracker.meetings.attendance import AttendeeDraft
from tracker.meetings.models import AgendaItem, Attendee, ItemKind, Meeting, MeetingLevel, Outcome
from tracker.meetings.outcomes import DecidedAction, OutcomeDraft
from tracker.meetings.service import ItemDraft, MeetingDraft
from tracker.resources import service as resources
from tracker.resources.models import Resource, ResourceStatus
from tracker.resources.service import ResourceDraft
from tracker.taxonomy.models import ActType

PASSWORD = "an umbrella for nine"
ANSWER = "電話で注文できる宅配をご紹介しました。"
NOT_ASKED = Facts(without="この話では記録を省く。")


def case_draft(area_id: int, **changes: Any) -> CaseDraft:
    """A need that can be filed as it is: shopping, three times of forty minutes."""
    fields: dict[str, Any] = {
        "area_id": area_id,
        "occurred_month": clock.today().replace(day=1),
        "act_type": "HK03",
        "gap": "G1",
        "requester": "SELF",
        "outcome": "DONE_SELF",
        "urgency": "E2",
        "ability_to_pay": None,
        "times_handled": 3,
        "minutes_each": 40,
        "summary": "近くの店が閉まり、米と飲み物の買い物を頼まれた。",
        "wanted": "自宅近くまで来る販売車",
    }
    return CaseDraft(**{**fields, **changes})


def make_case(by: Viewer, *, area_id: int | None = None, **changes: Any) -> Case:
    """A submitted case of this care manager's office, for its own area unless said otherwise."""
    area_id = area_id or min(by.area_ids(Role.AGENCY))
    case = filing.file_case(
        case_draft(area_id, **changes),
        Whence(min(by.organisation_ids(Role.AGENCY))),
        by=by,
        at=clock.now(),
        today=clock.today(),
    )
    db.session.commit()
    return case


def accept(case: Case, by: Viewer) -> Case:
    """The centre has accepted the case."""
    service.accept_case(case, by=by, at=clock.now())
    db.session.commit()
    return case


def send_back(case: Case, by: Viewer, reason: str = "時間帯を教えてください。") -> Case:
    """The centre has sent the case back with a question."""
    service.return_case(case, reason, by=by, at=clock.now())
    db.session.commit()
    return case


def sort(
    case: Case,
    by: Viewer,
    disposition: Disposition = Disposition.STATISTICS_ONLY,
    *,
    answer: str = "",
    body: str = "",
    contact: str = "",
) -> Case:
    """The centre has sorted an accepted case, and answered it when an answer is given."""
    redirected = disposition is Disposition.REDIRECTED
    reason = DispositionReason.OTHER_DUTY if redirected else None
    draft = SortDraft(disposition, body, contact, answer, reason)
    service.dispose_case(case, draft, by=by, at=clock.now())
    db.session.commit()
    return case


def answer(case: Case, by: Viewer, sentence: str = ANSWER) -> Case:
    """The office has an answer to a sorted case."""
    service.answer_case(case, sentence, by=by, at=clock.now())
    db.session.commit()
    return case


def withdraw(case: Case, by: Viewer) -> Case:
    """The office has withdrawn its case."""
    filing.withdraw_case(case, by=by, at=clock.now())
    db.session.commit()
    return case


def contest(case: Case, by: Viewer, reason: str = "まだ続いています。") -> Case:
    """The office has said that the answer did not settle it."""
    filing.contest_case(case, reason, by=by, at=clock.now())
    db.session.commit()
    return case


def undo(case: Case, by: Viewer) -> Case:
    """The last step of sorting is taken back."""
    service.undo_last(case, by=by, at=clock.now())
    db.session.commit()
    return case


def make_organisation(name: str, municipality_id: int, **changes: Any) -> Organisation:
    """An organisation of this town: an agency unless `kind` says otherwise."""
    kind = changes.pop("kind", OrganisationKind.AGENCY)
    made = accounts.add_organisation(name, kind, municipality_id=municipality_id, at=clock.now())
    for field, value in changes.items():
        setattr(made, field, value)
    db.session.commit()
    return made


def make_person(
    login: str, organisation_id: int, role: Role = Role.AGENCY, *, may_invite: bool = False
) -> Viewer:
    """Somebody with an account and one membership from today; no mail address."""
    draft = NewPerson(login, f"{login} の名前", None, PASSWORD, "ja")
    person = accounts.add_person(draft, "no password fits this", at=clock.now())
    join(person, organisation_id, role, may_invite=may_invite)
    return viewer_of(person.id, today=clock.today())


def reset_link(person: Viewer, by: Viewer) -> str:
    """The token with which this person may choose a new password."""
    row = db.session.get_one(Person, person.person_id)
    token = renewing.make_link(row, by=by, at=clock.now())
    db.session.commit()
    return token


def join(
    person: Person, organisation_id: int, role: Role, *, may_invite: bool = False
) -> Membership:
    """The person has one membership more, from today."""
    membership = Membership(
        person_id=person.id,
        organisation_id=organisation_id,
        role=role,
        from_on=clock.today(),
        may_invite=may_invite,
    )
    db.session.add(membership)
    db.session.commit()
    return membership


def invite(by: Viewer, organisation_id: int, role: Role) -> str:
    """The token of an invitation's link."""
    _invitation, token = accounts.invite(
        organisation_id, role, may_invite=False, by=by, at=clock.now()
    )
    db.session.commit()
    return token


def make_act_type(code: str, family: str = "HK") -> ActType:
    """A type of act in force since last year."""
    words = ("name", "example", "handoff")
    texts = {f"{word}_{lang}": f"{word} {code}" for word in words for lang in ("ja", "en")}
    made = ActType(
        code=code,
        family_code=family,
        cues="",
        valid_from=clock.today().replace(year=clock.today().year - 1),
        **texts,
    )
    db.session.add(made)
    db.session.commit()
    return made


def typed_case(area_id: int, organisation_id: int, **changes: str) -> dict[str, str]:
    """What a care manager types into the filing form, for the same need as `case_draft`."""
    fields = {
        "act_type": "HK03",
        "summary": "近くの店が閉まり、米と飲み物の買い物を頼まれた。",
        "times_handled": "3",
        "minutes_each": "40",
        "requester": "SELF",
        "outcome": "DONE_SELF",
        "gap": "G1",
        "urgency": "E2",
        "area_id": str(area_id),
        "occurred_month": "令和8年11月",
        "organisation_id": str(organisation_id),
        "wanted": "",
        "conduct": "y",
    }
    return {**fields, **changes}


def make_many(case: Case, count: int) -> None:
    """So many copies of the case more, numbered on; only their rows, no history."""
    row = {column.name: getattr(case, column.key) for column in Case.__table__.columns}
    del row["id"]
    town, _dash, _serial = case.number.rpartition("-")
    serials = range(case.serial + 1, case.serial + 1 + count)
    rows = [{**row, "serial": serial, "number": f"{town}-{serial:04}"} for serial in serials]
    db.session.execute(sa.insert(Case), rows)
    db.session.commit()


def make_area(name: str, municipality_id: int) -> Area:
    """An area of this town that a centre of its own serves."""
    centre = make_organisation(f"{name}のセンター", municipality_id, kind=OrganisationKind.CENTRE)
    area = Area(
        code=f"{municipality_id:05}-01",
        municipality_id=municipality_id,
        name_ja=name,
        name_en=name,
    )
    db.session.add(area)
    db.session.flush()
    db.session.add(OrganisationArea(organisation_id=centre.id, area_id=area.id))
    db.session.commit()
    return area


def person_called(login: str) -> Viewer:
    """One of the demo's people, by sign-in name."""
    found = queries.find_person(login)
    assert found is not None, f"nobody is called {login}"
    return viewer_of(found.id, today=clock.today())


def resource_draft(*area_ids: int, **changes: Any) -> ResourceDraft:
    """A shop's van, informal, that takes over shopping in these areas."""
    fields: dict[str, Any] = {
        "name_ja": "見晴らし号",
        "name_en": "Miharashi van",
        "category": "RS_SHOP",
        "provider_type": "COMPANY",
        "provider_name": "みなと商店",
        "formality": "INFORMAL",
        "fee": "MARKET",
        "content": "食料品と日用品を積んだ車が集会所を回る。",
        "hours": "火曜・金曜 10時から12時",
        "cost": "商品の代金のみ",
        "how_to_apply": "申込みは要らない。停まる場所は電話で分かる。",
        "contact": "みなと商店 0980-00-5001",
        "area_ids": area_ids,
        "act_types": ("HK03",),
    }
    return ResourceDraft(**{**fields, **changes})


def make_resource(
    by: Viewer,
    *,
    status: ResourceStatus = ResourceStatus.LIVE,
    assured_days_ago: int = 0,
    **changes: Any,
) -> Resource:
    """An entry of the directory, for the keeper's own areas or all of the town."""
    draft = resource_draft(*changes.pop("area_ids", ()) or areas_kept(by), **changes)
    day = clock.today() - timedelta(days=assured_days_ago)
    made = resources.enter_resource(draft, by=by, at=clock.now(), today=day, status=status)
    db.session.commit()
    return made


def areas_kept(by: Viewer) -> list[int]:
    """The keeper's own areas, else all of the keeper's town."""
    towns = {standing.municipality_id for standing in by.standings}
    every = sa.select(Area.id).where(Area.municipality_id.in_(towns)).order_by(Area.code)
    return sorted(by.area_ids(Role.CENTRE)) or list(db.session.scalars(every))


def action_draft(owner_id: int, **changes: Any) -> ActionDraft:
    """A van that is to stop in the area, due in four months."""
    fields: dict[str, Any] = {
        "title": "移動販売車の誘致",
        "kind": "MATCH",
        "owner_id": owner_id,
        "due_on": clock.today() + timedelta(days=120),
        "criteria": "週1回、3か所に停まるようになったら完了とする。",
    }
    return ActionDraft(**{**fields, **changes})


def make_action(
    issue: RegionalIssue, by: Viewer, *, owner_id: int | None = None, **changes: Any
) -> Action:
    """A proposed action for the issue, owned by the proposer's organisation unless said."""
    draft = action_draft(owner_id or min(by.organisation_ids()), **changes)
    made = actions.propose(issue, draft, None, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return made


def move_action(action: Action, *way: Stage, by: Viewer) -> Action:
    """The action has walked these stages, one after the other; going live makes a new resource."""
    for stage in way:
        if stage is Stage.LIVE:
            actions.go_live(
                action,
                "販売車が来る。",
                resource_id=None,
                resource=resource_draft(*areas_kept(by)),
                facts=NOT_ASKED,
                by=by,
                at=clock.now(),
                today=clock.today(),
            )
        else:
            said = "次の段階に進める。"
            actions.move(action, stage, said, by=by, at=clock.now(), facts=NOT_ASKED)
    db.session.commit()
    return action


def end_action(action: Action, by: Viewer) -> Action:
    """The action was stopped because nobody could be found to do it."""
    actions.stop(action, StopReason.NO_PARTNER, "担い手がいない。", by=by, at=clock.now())
    db.session.commit()
    return action


def hold_action(action: Action, by: Viewer, *, days: int = 30) -> Action:
    """The action waits for so many days."""
    until = clock.today() + timedelta(days=days)
    actions.hold(action, until, "予算の決まるのを待つ。", by=by, at=clock.now())
    db.session.commit()
    return action


def issue_draft(area_id: int | None, **changes: Any) -> IssueDraft:
    """Nobody brings the shopping, in this area or (None) in all the town."""
    fields: dict[str, Any] = {
        "title": "買い物の足がない",
        "statement": "店が閉まり、車のない高齢者の買い物をケアマネジャーが担っている。",
        "area_id": area_id,
        "act_type": "HK03",
    }
    return IssueDraft(**{**fields, **changes})


def make_issue(
    by: Viewer, *cases: Case, status: IssueStatus = IssueStatus.CANDIDATE, **changes: Any
) -> RegionalIssue:
    """An issue of the first case's area, from these cases, as far along as `confirmed`."""
    draft = issue_draft(changes.pop("area_id", cases[0].area_id), **changes)
    ids = [case.id for case in cases]
    made = issues.raise_issue(draft, ids, by=by, at=clock.now(), today=clock.today())
    if status is IssueStatus.CONFIRMED:
        issues.confirm(made, by=by, at=clock.now())
    db.session.commit()
    return made


def meeting_draft(level: MeetingLevel, area_id: int | None = None, **changes: Any) -> MeetingDraft:
    """A meeting in a week, at two in the afternoon, for an hour."""
    fields: dict[str, Any] = {
        "level": level,
        "area_id": area_id,
        "title": "",
        "held_on": clock.today() + timedelta(days=7),
        "starts_at": time(14, 0),
        "length_minutes": 60,
        "place": "市役所 3階会議室",
    }
    return MeetingDraft(**{**fields, **changes})


def plan_meeting(
    by: Viewer, level: MeetingLevel = MeetingLevel.MUNICIPAL, **changes: Any
) -> Meeting:
    """A planned meeting: the town's unless said otherwise, of the centre's own area if of one."""
    area_id = None if level is MeetingLevel.MUNICIPAL else min(by.area_ids(Role.CENTRE))
    draft = meeting_draft(level, **{"area_id": area_id, **changes})
    made = meetings.plan_meeting(draft, by=by, at=clock.now())
    db.session.commit()
    return made


def put_on_agenda(
    meeting: Meeting, *subjects: RegionalIssue | Case, by: Viewer, **changes: Any
) -> AgendaItem:
    """An item of twenty minutes about these issues or cases."""
    kind = ItemKind.CASE if isinstance(subjects[0], Case) else ItemKind.ISSUE
    fields: dict[str, Any] = {
        "kind": kind,
        "subject_ids": tuple(subject.id for subject in subjects),
        "title": "",
        "question": "販売車を呼ぶか。",
        "presenter": "東地域包括支援センター",
        "minutes_planned": 20,
    }
    draft = ItemDraft(**{**fields, **changes})
    made = meetings.add_item(meeting, draft, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return made


def invite_to(meeting: Meeting, by: Viewer, person_id: int | None = None) -> Attendee:
    """A welfare commissioner is invited, with this account if one is given."""
    draft = AttendeeDraft("見晴市民生委員協議会", "民生委員", "飯沼 春代", person_id)
    made = attendance.invite(meeting, draft, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return made


def publish_meeting(meeting: Meeting, by: Viewer) -> Meeting:
    """The agenda is published and its evidence frozen."""
    meetings.publish(meeting, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return meeting


def begin_meeting(meeting: Meeting, by: Viewer) -> Meeting:
    """A published meeting has come together; everybody invited, at least one, is present."""
    here = {invite_to(meeting, by).id}
    attendance.note_attendance(meeting, here, by=by, at=clock.now())
    meetings.hold(meeting, by=by, at=clock.now())
    db.session.commit()
    return meeting


def sign_pledge(by: Viewer) -> None:
    """The member has promised it for every meeting they know of, to whose folder they need it."""
    known = sa.select(Meeting).where(meeting_policy.visible_to(by)).order_by(Meeting.id)
    for meeting in db.session.scalars(known).all():
        if meeting_policy.needs_pledge(by, meeting):
            attendance.sign_pledge(meeting, by=by, at=clock.now(), today=clock.today())
    db.session.commit()


def adopt(
    meeting: Meeting, item: AgendaItem, issue: RegionalIssue, by: Viewer, **changes: Any
) -> Action:
    """The meeting has adopted the issue of the item, with one action of the host."""
    decided = DecidedAction(issue.id, action_draft(meeting.host_id, **changes))
    draft = OutcomeDraft(Outcome.ADOPT, "店に働きかけます。", actions=(decided,))
    outcomes.note_outcome(meeting, item, draft, by=by, at=clock.now(), today=clock.today())
    db.session.commit()
    return db.session.scalars(sa.select(Action).where(Action.item_id == item.id)).one()


def serve(organisation_id: int, municipality_id: int) -> None:
    """The agency has clients in this town as well."""
    town = OrganisationTown(organisation_id=organisation_id, municipality_id=municipality_id)
    db.session.add(town)
    db.session.commit()
