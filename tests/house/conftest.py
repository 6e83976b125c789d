"""Two towns in which something of everything exists, for whoever asks who may know of it."""

import pytest

from tests import (
    desk,
    driving,
    factories,
    letters,
    links,
    past_cases,
    regroup,
    sittings,
    taking_out,
    told,
    town_papers,
    views,
)
from tests.issues import repeating
from tracker.accounts.roles import Role
from tracker.issues.models import IssueStatus
from tracker.meetings.models import MeetingLevel
from tracker.resources.models import ResourceStatus


@pytest.fixture
def town(aoi, kato, ono, sato, clock):
    """Three offices filed one case each; Aoi has a notice that shows."""
    found = {
        name: factories.make_case(by=person)
        for name, person in (("aoi", aoi), ("kato", kato), ("ono", ono))
    }
    factories.accept(found["aoi"], by=sato)
    clock.move(minutes=20)
    return {name: case.id for name, case in found.items()}


@pytest.fixture
def chain(aoi, kato, ono, sato, nishi, mori, tani, iin, clock):
    """Kind of row → name → id, in 見晴市 (east, west, all of it) and in 川瀬町 (away)."""
    kawai = factories.person_called("kawai")
    filed = (("east", aoi, sato), ("west", kato, nishi), ("away", ono, kawai))
    cases = {name: factories.accept(factories.make_case(by=a), by=c) for name, a, c in filed}
    confirmed = IssueStatus.CONFIRMED
    issues = {n: factories.make_issue(c, cases[n], status=confirmed) for n, _a, c in filed}
    issues["town"] = factories.make_issue(mori, cases["east"], area_id=None, status=confirmed)
    cases["spare"] = factories.accept(factories.make_case(by=aoi), by=sato)
    cases["new"] = factories.make_case(by=aoi)
    meetings = _meetings(sato, nishi, mori, tani, issues)
    _invite(iin, meetings, sato, mori)
    actions = {
        "east": factories.make_action(issues["east"], mori),
        "west": factories.make_action(issues["west"], nishi),
        "away": factories.make_action(issues["away"], tani),
    }
    driven = driving.rows(actions, sato, mori, tani)
    resources = {
        "east": factories.make_resource(sato),
        "west": factories.make_resource(nishi),
        "planned": factories.make_resource(sato, status=ResourceStatus.PLANNED),
        "away": factories.make_resource(tani),
    }
    chain = {"town": links.make_link(mori), "away": links.make_link(tani)}
    chain["east"] = links.make_link(mori, area_id=min(sato.area_ids(Role.CENTRE)))
    links.remove_link(links.make_link(mori), mori)
    notes = {"town": links.write_note(mori, confirmed=["notice"]), "away": links.write_note(tani)}
    clock.move(minutes=20)
    kinds = {"cases": cases, "issues": issues, "meetings": meetings}
    kinds |= {**driven, "actions": actions, "resources": resources, "links": chain, "notes": notes}
    kinds["regroupings"] = {"east": regroup.keep_apart(cases["east"], cases["spare"], sato)}
    kinds["imports"] = _imports(aoi, sato, ono)
    kinds |= links.said(mori, tani) | taking_out.rows(cases, sato, mori, tani)
    kinds["views"] = {
        "town": views.save_view(mori),
        "own": views.save_view(mori, "自分の表", shared=False),
        "away": views.save_view(tani),
    }
    kinds |= _desks(cases, sato, nishi)
    kinds["questions"] = {name: told.ask(cases[name], resources[name]) for name, *_who in filed}
    kinds["series"] = {
        "east": sittings.make_series(sato, MeetingLevel.AREA),
        "town": sittings.make_series(mori),
        "away": sittings.make_series(tani),
    }
    kinds["word files"] = {"town": town_papers.send_file(mori)}
    kinds["candidates"], kinds["learnt rules"] = _candidates(mori, tani, issues)
    return {kind: {n: row.id for n, row in rows.items()} for kind, rows in kinds.items()}


def _candidates(mori, tani, issues):
    """Each town has learnt a rule of a single case; so every area's cases are a candidate."""
    rules = {
        "town": repeating.learn(issues["east"], mori, area_id=None, cases=1),
        "away": repeating.learn(issues["away"], tani, area_id=None, cases=1),
    }
    found = {}
    for rule in rules.values():
        repeating.look(rule.municipality_id)
        found |= {row.area_id: row for row in repeating.candidates(rule.municipality_id)}
    areas = {name: issue.area_id for name, issue in issues.items() if issue.area_id}
    return {name: found[area] for name, area in areas.items()}, rules


def _desks(cases, sato, nishi):
    """A note in each centre of the town; templates of Sato's and of the other town's centre."""
    notes = {name: desk.add_note(cases[name], by) for name, by in (("east", sato), ("west", nishi))}
    templates = {
        "own": desk.make_template(sato),
        "shared": desk.make_template(sato, is_shared=True),
        "away": desk.make_template(factories.person_called("kawai")),
    }
    return {"case notes": notes, "templates": templates}


def _imports(aoi, sato, ono):
    """Of Aoi's office by Aoi and by its centre, and of one in the other town."""
    office = min(aoi.organisation_ids(Role.AGENCY))
    bad = past_cases.past_row(gap="?")
    return {
        "east": past_cases.checked(aoi, bad),
        "behalf": past_cases.checked(sato, bad, office=office),
        "away": past_cases.checked(ono, bad),
    }


def _meetings(sato, nishi, mori, tani, issues):
    found = {
        "town": factories.plan_meeting(mori),
        "planned": factories.plan_meeting(mori),
        "unasked": factories.plan_meeting(mori),
        "east": factories.plan_meeting(sato, MeetingLevel.INDIVIDUAL),
        "west": factories.plan_meeting(nishi, MeetingLevel.AREA),
        "away": factories.plan_meeting(tani),
    }
    factories.put_on_agenda(found["town"], issues["east"], by=mori)
    factories.put_on_agenda(found["unasked"], issues["west"], by=mori)
    letters.make_letter(issues["east"], mori)
    return found


def _invite(iin, meetings, sato, mori):
    """Iin to three meetings, of which one is published; another goes without them."""
    for name, host in (("town", mori), ("planned", mori), ("east", sato)):
        factories.invite_to(meetings[name], host, iin.person_id)
    factories.publish_meeting(meetings["town"], mori)
    factories.publish_meeting(meetings["unasked"], mori)
