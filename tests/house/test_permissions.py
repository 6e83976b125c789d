"""Who may know of which row, and take which step on it."""

import re
import sys
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.conftest import PEOPLE
from tests.house import crawl
from tests.house.crawl import MISSING
from tests.house.strangers import nobody, with_role_unknown, working_elsewhere
from tracker.accounts import policy as account_policy
from tracker.accounts.models import Municipality, Organisation, Person
from tracker.accounts.roles import Permission, Role
from tracker.accounts.standing import in_force
from tracker.accounts.towns import policy as town_policy
from tracker.accounts.viewer import Standing, Viewer
from tracker.actions import policy as action_policy
from tracker.actions.agreements import policy as agreement_policy
from tracker.actions.agreements.models import Agreement
from tracker.actions.models import Action
from tracker.actions.work import policy as work_policy
from tracker.actions.work.models import ActionComment, Delegation
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core import audit
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.outbox import OutboxMail
from tracker.core.traces import AccessTrace
from tracker.exchange.imports import policy as import_policy
from tracker.exchange.models import ImportBatch
from tracker.exchange.word_templates import policy as word_policy
from tracker.exchange.word_templates.models import WordTemplate
from tracker.followup import policy as followup_policy
from tracker.followup.models import Question
from tracker.intake.answers import policy as template_policy
from tracker.intake.answers.models import AnswerTemplate
from tracker.intake.sorting import policy as sorting_policy
from tracker.intake.sorting.models import CaseNote
from tracker.issues import policy as issue_policy
from tracker.issues.candidates import policy as candidate_policy
from tracker.issues.candidates.models import Candidate, LearntRule
from tracker.issues.models import RegionalIssue
from tracker.issues.relating import policy as relating_policy
from tracker.issues.relating.models import Regrouping
from tracker.issues.tracing import policy as tracing_policy
from tracker.meetings import policy as meeting_policy
from tracker.meetings.models import Meeting
from tracker.meetings.series import policy as series_policy
from tracker.meetings.series.models import MeetingSeries
from tracker.notifications import policy as notice_policy
from tracker.notifications.delivery import policy as delivery_policy
from tracker.notifications.models import Notice
from tracker.privacy import policy as privacy_policy
from tracker.privacy.exports import policy as export_policy
from tracker.privacy.exports.models import Export
from tracker.privacy.keeping import policy as keeping_policy
from tracker.privacy.keeping.models import Redaction
from tracker.resources import policy as resource_policy
from tracker.resources.models import Resource
from tracker.saved import policy as saved_policy
from tracker.saved.models import SavedView
from tracker.settings import policy as settings_policy
from tracker.settings.models import Announcement, EmergencyLink, TypeNote
from tracker.settings.values.models import TownValue

RULES = {
    "cases": (Case, case_policy.visible_to),
    "organisations": (Organisation, account_policy.visible_to),
    "people": (
        Person,
        lambda viewer: account_policy.people_visible_to(viewer, in_force(the_clock.today())),
    ),
    "towns to set up": (Municipality, town_policy.towns_visible_to),
    "notices": (Notice, notice_policy.visible_to),
    "resources": (Resource, resource_policy.visible_to),
    "issues": (RegionalIssue, issue_policy.visible_to),
    "followed issues": (RegionalIssue, tracing_policy.visible_to),
    "candidates": (Candidate, candidate_policy.visible_to),
    "learnt rules": (LearntRule, candidate_policy.rules_visible_to),
    "regroupings": (Regrouping, relating_policy.visible_to),
    "actions": (Action, action_policy.visible_to),
    "agreements": (Agreement, agreement_policy.visible_to),
    "delegations": (Delegation, work_policy.delegations_visible_to),
    "comments": (ActionComment, work_policy.comments_visible_to),
    "meetings": (Meeting, meeting_policy.visible_to),
    "series": (MeetingSeries, series_policy.visible_to),
    "audit": (AuditEntry, privacy_policy.visible_to),
    "traces": (AccessTrace, privacy_policy.opened_visible_to),
    "exports": (Export, export_policy.visible_to),
    "redactions": (Redaction, keeping_policy.visible_to),
    "links": (EmergencyLink, settings_policy.visible_to),
    "imports": (ImportBatch, import_policy.visible_to),
    "notes": (TypeNote, settings_policy.notes_visible_to),
    "announcements": (Announcement, settings_policy.announcements_visible_to),
    "values": (TownValue, settings_policy.values_visible_to),
    "case notes": (CaseNote, sorting_policy.notes_visible_to),
    "templates": (AnswerTemplate, template_policy.templates_visible_to),
    "views": (SavedView, saved_policy.visible_to),
    "word files": (WordTemplate, word_policy.visible_to),
    "questions": (Question, followup_policy.visible_to),
    "mails": (OutboxMail, delivery_policy.visible_to),
}
# Who knows of rows of this kind in 見晴市.
KNOWN_BY = {
    "cases": "aoi", "organisations": "aoi", "people": "aoi", "notices": "aoi",
    "imports": "aoi", "resources": "kato", "links": "kato", "notes": "kato", "issues": "sato",
    "followed issues": "aoi",
    "regroupings": "sato", "case notes": "sato", "templates": "sato",
    "actions": "yama", "agreements": "nishi", "delegations": "hara", "comments": "sato",
    "meetings": "mori", "audit": "kansa", "traces": "kansa", "exports": "mori",
    "redactions": "kansa",
    "candidates": "sato", "learnt rules": "mori", "views": "mori", "questions": "aoi",
    "towns to set up": "mori",
    "word files": "nishi", "series": "yama", "announcements": "sato", "values": "yama",
}  # fmt: skip


def _rooms(room):
    """The application's modules of this name, one for each feature that has it."""
    return [
        module
        for name, module in sorted(sys.modules.items())
        if name.startswith("tracker.") and name.endswith(f".{room}")
    ]


def test_every_rule_of_who_sees_what_is_tried_here():
    written = {
        rule
        for policy in _rooms("policy")
        for name, rule in vars(policy).items()
        if name.endswith("visible_to") and rule.__module__ == policy.__name__
    }
    tried = {account_policy.people_visible_to} | {rule for _model, rule in RULES.values()}
    missing = sorted(rule.__module__ for rule in written - tried)
    assert not missing, f"add to RULES, with a row in the fixture `chain`: {missing}"


def _ids(feature, viewer):
    model, visible_to = RULES[feature]
    return set(db.session.scalars(sa.select(model.id).where(visible_to(viewer))))


@pytest.mark.both
def test_nobody_sees_no_row(chain):
    assert {feature: _ids(feature, nobody()) for feature in RULES} == dict.fromkeys(RULES, set())


def test_a_role_yet_to_come_sees_no_row(request, chain):
    for login in PEOPLE:
        unknown = with_role_unknown(request.getfixturevalue(login))
        for feature in RULES:
            assert _ids(feature, unknown) == set(), f"{feature}: end visible_to in sa.false()"


def test_whoever_works_in_the_other_town_sees_no_row_of_this_one(request, chain, ono, tani):
    for feature, login in KNOWN_BY.items():
        person = request.getfixturevalue(login)
        seen = _ids(feature, person)
        assert seen, f"{login} knows of no {feature}: that proves nothing"
        same_work = working_elsewhere(person, ono if login in {"aoi", "kato"} else tani)
        for stranger in (ono, tani, same_work):
            assert _ids(feature, stranger).isdisjoint(seen), (feature, stranger.name)


_EAST = {"east", "spare", "new"}
_TOWN = {"town", "planned", "unasked"}
SEEN = {  # who sees which rows of the fixture `chain`; whoever is not named sees none
    "regroupings": {"sato": {"east"}, "mori": {"east"}, "hara": {"east"}, "yama": {"east"}},
    "cases": {
        "aoi": _EAST, "kato": {"west"}, "ono": {"away"}, "sato": _EAST, "nishi": {"west"},
        "mori": {*_EAST, "west"}, "hara": {*_EAST, "west"}, "yama": {*_EAST, "west"},
        "tani": {"away"},
    },
    "issues": {
        "sato": {"east", "town"}, "nishi": {"west", "town"}, "mori": {"east", "west", "town"},
        "hara": {"east", "west", "town"}, "yama": {"east", "west", "town"}, "tani": {"away"},
    },
    "series": {
        "sato": {"east", "town"}, "nishi": {"town"}, "tani": {"away"},
        **{login: {"east", "town"} for login in ("mori", "hara", "yama")},
    },
    "candidates": {
        "sato": {"east"}, "nishi": {"west"}, "mori": {"east", "west"}, "hara": {"east", "west"},
        "yama": {"east", "west"}, "tani": {"away"},
    },
    "learnt rules": {
        "sato": {"town"}, "nishi": {"town"}, "mori": {"town"}, "hara": {"town"},
        "yama": {"town"}, "tani": {"away"},
    },
    "meetings": {
        "sato": {*_TOWN, "east"}, "nishi": {*_TOWN, "west"}, "mori": {*_TOWN, "east", "west"},
        "hara": {*_TOWN, "east", "west"}, "yama": {*_TOWN, "east", "west"}, "tani": {"away"},
        "iin": {"town"},
    },
    "actions": {
        "sato": {"east", "west"}, "nishi": {"east", "west"}, "mori": {"east", "west"},
        "hara": {"east", "west"}, "yama": {"east", "west"}, "tani": {"away"},
    },
    "resources": {
        # Aoi's office serves the town across the border as well.
        "aoi": {"east", "west", "away"}, "kato": {"east", "west"}, "iin": {"east", "west"},
        "sato": {"east", "west", "planned"}, "nishi": {"east", "west", "planned"},
        "mori": {"east", "west", "planned"}, "hara": {"east", "west", "planned"},
        "yama": {"east", "west", "planned"}, "ono": {"away"}, "tani": {"away"},
    },
    **{
        kind: {
            "sato": {"east"}, "nishi": {"east"}, "mori": {"east"}, "hara": {"east"},
            "yama": {"east"}, "tani": {"away"},
        }
        for kind in ("agreements", "delegations")
    },
    "comments": {
        "sato": {"all", "own"}, "nishi": {"all"}, "mori": {"all"}, "hara": {"all"},
        "yama": {"all"}, "tani": {"away"},
    },
    "views": {"mori": {"own", "town"}, "hara": {"town"}, "tani": {"away"}},
    "questions": {"aoi": {"east"}, "kato": {"west"}, "ono": {"away"}},
    "case notes": {"sato": {"east"}, "nishi": {"west"}},
    "templates": {"sato": {"own", "shared"}, "nishi": {"shared"}},
    "imports": {"aoi": {"east", "behalf"}, "sato": {"behalf"}, "ono": {"away"}},
    "links": {
        "aoi": {"town", "east", "away"}, "kato": {"town", "east"},
        "sato": {"town", "east"}, "nishi": {"town", "east"}, "mori": {"town", "east"},
        "hara": {"town", "east"}, "yama": {"town", "east"}, "ono": {"away"}, "tani": {"away"},
    },
    **{
        kind: {
            **{login: {"town"} for login in ("sato", "nishi", "mori", "hara", "yama")},
            "tani": {"away"},
        }
        for kind in ("announcements", "values")
    },
    "notes": {
        "aoi": {"town", "away"}, "kato": {"town"}, "sato": {"town"}, "nishi": {"town"},
        "mori": {"town"}, "hara": {"town"}, "yama": {"town"}, "ono": {"away"}, "tani": {"away"},
    },
}  # fmt: skip


@pytest.mark.parametrize("feature", SEEN)
def test_each_person_sees_the_rows_the_contract_gives_them(request, chain, feature):
    for login in PEOPLE:
        expected = {chain[feature][name] for name in SEEN[feature].get(login, set())}
        assert _ids(feature, request.getfixturevalue(login)) == expected, login


def test_only_kansa_reads_the_log_and_only_of_the_own_town(request, chain, kansa):
    readers = {login for login in PEOPLE if _ids("audit", request.getfixturevalue(login))}
    assert readers == {"kansa"}
    (town,) = kansa.municipality_ids(Role.PRIVACY)
    chains = {db.session.get_one(AuditEntry, key).chain for key in _ids("audit", kansa)}
    assert chains == {town, audit.INSTALLATION}  # there only what is about the town's people


@pytest.mark.parametrize(
    ("feature", "address"),
    [
        ("cases", "/cases/{}"),
        ("cases", "/cases/{}/sheet.pdf"),
        ("organisations", "/organisations/{}"),
        ("people", "/people/{}"),
        ("resources", "/resources/{}"),
        ("issues", "/issues/{}"),
        ("issues", "/issues/{}/evidence"),
        ("issues", "/issues/{}/material"),
        ("candidates", "/candidates/{}"),
        ("meetings", "/meetings/{}"),
        ("meetings", "/meetings/{}/agenda"),
        ("meetings", "/meetings/{}/minutes"),
        ("actions", "/actions/{}"),
        ("agreements", "/actions/agreements/{}"),
        ("links", "/settings/emergency-links/{}/edit"),
        ("imports", "/cases/import/{}"),
        ("imports", "/cases/import/{}/errors.xlsx"),
    ],
)
def test_list_and_page_agree_and_what_is_hidden_is_404(
    feature, address, app, request, sign_in, chain
):
    rows = db.session.scalars(sa.select(RULES[feature][0].id)).all()
    endpoint, _rows = app.url_map.bind("").match(address.format(1))
    permission = app.view_functions[endpoint].permission
    for name in ("aoi", "sato", "nishi", "mori", "iin", "tani"):
        person = request.getfixturevalue(name)
        visible = _ids(feature, person)
        browser = sign_in(person)
        for row in rows:
            expected = 200 if row in visible else 404
            expected = expected if person.may(permission) else 403
            assert browser.get(address.format(row)).status_code == expected, (name, row)


def _said(answer):
    """The page without what differs each time: request number, token, and the address asked."""
    text = re.sub(
        r"<code>[0-9a-f]{16}</code>|name=\"csrf_token\" value=\"[^\"]+\"", "", answer.text
    )
    return answer.status_code, text.replace(answer.request.path, "")


@pytest.mark.parametrize("address", ["/cases/{}", "/cases/{}/edit", "/cases/{}/sheet.pdf"])
def test_ono_cannot_learn_that_aois_case_exists(sign_in, town, ono, address):
    browser = sign_in(ono)
    foreign, missing = (browser.get(address.format(key)) for key in (town["aoi"], MISSING))
    assert _said(foreign) == _said(missing)
    assert foreign.status_code == 404


def test_nishi_cannot_learn_that_a_case_of_the_east_exists(sign_in, town, nishi):
    browser = sign_in(nishi)
    foreign, missing = (browser.get(f"/triage/{key}") for key in (town["aoi"], MISSING))
    assert _said(foreign) == _said(missing)
    assert foreign.status_code == 404


SECOND_HALF = {  # what a person of 見晴市 has, and who must not learn that it is there
    "issues": ("tani", ("/issues/{}", "/issues/{}/edit", "/issues/{}/evidence",
                        "/issues/{}/material")),
    "series": ("tani", ("/meetings/series/{}", "/meetings/series/{}/edit")),
    "meetings": ("tani", ("/meetings/{}", "/meetings/{}/agenda", "/meetings/{}/live",
                          "/meetings/{}/minutes", "/meetings/{}/agenda.pdf",
                          "/meetings/{}/agenda.docx", "/meetings/{}/minutes.pdf",
                          "/meetings/{}/minutes.docx", "/meetings/{}/members",
                          "/meetings/{}/minutes/edit", "/meetings/{}/tell",
                          "/meetings/{}/look-back", "/meetings/{}/pledge")),
    "actions": ("tani", ("/actions/{}",)),
    "agreements": ("tani", ("/actions/agreements/{}", "/actions/agreements/{}/edit")),
    "resources": ("tani", ("/resources/{}", "/resources/{}/edit")),
}  # fmt: skip


@pytest.mark.parametrize("feature", SECOND_HALF)
def test_tani_of_the_other_town_cannot_learn_that_a_row_exists(request, sign_in, chain, feature):
    login, addresses = SECOND_HALF[feature]
    browser = sign_in(request.getfixturevalue(login))
    for address in addresses:
        foreign, missing = (
            browser.get(address.format(key)) for key in (chain[feature]["east"], MISSING)
        )
        assert _said(foreign) == _said(missing), address
        assert foreign.status_code == 404, address


def test_steps_of_the_second_half_are_404_for_tani_like_on_a_missing_row(app, sign_in, chain, tani):
    browser = sign_in(tani)
    ours = {f"{kind.removesuffix('s')}_id": chain[kind]["east"] for kind in SECOND_HALF}
    ours |= {"case_id": chain["cases"]["east"], "item_id": 1, "attendee_id": 1}
    for page in crawl.posts(app, ours):
        if page.rows.keys() & {"issue_id", "meeting_id", "action_id", "resource_id"}:
            assert browser.send(page.url).status_code == 404, page.url


REFUSED = {  # who knows of a row and may take steps elsewhere, but not this one here
    "sato": {
        "issues": {"close", "answer-from-above"},
        "meetings": {
            "publish",
            "cancel",
            "hold",
            "attendees",
            "items/issues",
            "live",
            "answered",
            "minutes/edit",
            "minutes/circulate",
            "minutes/addenda",
            "tell",
            "tell/withdraw",
        },
        "actions": {
            "next",
            "hold",
            "stop",
            "entry",
            "live",
            "reassign",
            "undo",
            "milestones",
            "use",
            "look-again",
            "hand-over",
        },
    },
    "yama": {
        "issues": {"confirm", "park", "decline", "edit", "close", "vignettes", "options"},
        "meetings": {"publish", "cancel", "live"},
        "actions": {"next", "reassign"},
    },
    "iin": {
        "meetings": {"publish", "live", "minutes/edit", "tell"},
        "resources": {"edit", "confirm", "end"},
    },
    "aoi": {"resources": {"edit", "confirm", "end", "live"}},
}


@pytest.mark.parametrize("login", REFUSED)
def test_a_step_the_policy_refuses_is_403_whatever_is_sent(request, sign_in, chain, login):
    browser, taken = sign_in(request.getfixturevalue(login)), []
    for feature, verbs in REFUSED[login].items():
        key = chain[feature]["town" if feature == "meetings" else "east"]
        for verb in sorted(verbs):
            answer = browser.send(f"/{feature}/{key}/{verb}")
            if answer.status_code != 403:
                taken.append((feature, verb, answer.status_code))
    assert not taken, f"ask the policy before looking at the form: {taken}"


@pytest.mark.parametrize("address", ["/organisations/{}", "/organisations/{}/edit"])
def test_ono_cannot_learn_that_an_office_elsewhere_exists(sign_in, aoi, ono, address):
    (office,) = aoi.organisation_ids(Role.AGENCY)
    browser = sign_in(ono)
    foreign, missing = (browser.get(address.format(key)) for key in (office, MISSING))
    assert _said(foreign) == _said(missing)
    assert foreign.status_code == 404


def test_ono_cannot_learn_that_aoi_exists(sign_in, aoi, ono):
    browser = sign_in(ono)
    foreign, missing = (browser.get(f"/people/{key}") for key in (aoi.person_id, MISSING))
    assert _said(foreign) == _said(missing)
    assert foreign.status_code == 404


def test_kato_cannot_open_a_notice_of_aoi(sign_in, town, aoi, kato):
    (notice,) = _ids("notices", aoi)
    browser = sign_in(kato)
    foreign, missing = (browser.send(f"/notices/{key}/open") for key in (notice, MISSING))
    assert _said(foreign) == _said(missing)
    assert foreign.status_code == 404


@pytest.mark.parametrize(
    "verb",
    ["accept", "return", "sort", "answer", "undo", "attach", "assign", "note", "reclassify"],
)
def test_a_step_on_a_case_of_another_centre_is_404_like_a_missing_case(sign_in, town, nishi, verb):
    browser = sign_in(nishi)
    foreign, missing = (browser.send(f"/triage/{key}/{verb}") for key in (town["aoi"], MISSING))
    assert _said(foreign) == _said(missing)
    assert foreign.status_code == 404


@pytest.mark.parametrize("verb", ["edit", "withdraw", "contest"])
def test_a_step_on_a_case_of_another_office_is_404_like_a_missing_case(sign_in, town, kato, verb):
    browser = sign_in(kato)
    foreign, missing = (browser.send(f"/cases/{key}/{verb}") for key in (town["aoi"], MISSING))
    assert _said(foreign) == _said(missing)
    assert foreign.status_code == 404


def test_rights_are_the_union_of_what_a_person_is(app, aoi, sato):
    both = replace(aoi, standings=(*aoi.standings, *sato.standings))
    assert both.may(Permission.CASE_FILE)
    assert both.may(Permission.CASE_SORT)


def test_a_membership_without_an_organisation_reaches_nothing(chain):
    for role in set(Role) - {Role.ADMINISTRATOR}:
        empty = Viewer(0, "x", "ja", (Standing(role, -1, -1),))
        assert {f: _ids(f, empty) for f in RULES} == dict.fromkeys(RULES, set()), role
