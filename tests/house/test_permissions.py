"""Who may do what: the whole matrix as written in the contract, and who may know of which row."""

import re
import sys
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests import factories
from tests.house.crawl import MISSING
from tracker.accounts import policy as account_policy
from tracker.accounts import queries as accounts
from tracker.accounts.models import Organisation, Person
from tracker.accounts.roles import GRANTS, Permission, Role
from tracker.accounts.viewer import Standing, Viewer
from tracker.cases import policy as case_policy
from tracker.cases import queries as cases
from tracker.cases.models import Case
from tracker.cases.queries import CaseFilter, InboxPart
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.insights import queries as insights
from tracker.notifications import policy as notice_policy
from tracker.notifications import queries as notices
from tracker.notifications.models import Notice

# Written from contract.md ("Who is who"), not copied from the code. Y: may; a dot: may not.
ROLES = ("agency", "centre", "coordinator", "officer")
ROLES += ("member", "prefecture", "administrator", "privacy")
MATRIX = """
account.own        Y Y Y Y Y Y Y Y
act-type.read      Y Y Y Y Y Y Y Y
case.count         . Y Y Y . . . .
case.file          Y . . . . . . .
case.read          Y Y Y Y . . . .
case.sort          . Y . . . . . .
home               Y Y Y Y Y Y Y Y
notice.read        Y Y Y Y Y Y Y Y
organisation.edit  Y Y . Y . . Y .
organisation.read  Y Y Y Y . . Y .
person.invite      Y Y . Y . . Y .
person.read        Y Y Y Y . . Y .
"""
INTENT = {line.split()[0]: line.split()[1:] for line in MATRIX.strip().splitlines()}


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_contract_says(role):
    column = ROLES.index(role.value)
    meant = {name for name, marks in INTENT.items() if marks[column] == "Y"}
    granted = {permission.value for permission in GRANTS[role]}
    assert granted == meant, "settle it in contract.md first, then in MATRIX and accounts/roles.py"


def test_the_matrix_names_every_role_and_every_permission():
    assert set(ROLES) == set(Role)
    assert INTENT.keys() == set(Permission), "give the new permission its line in MATRIX"


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


def _nobody():
    return Viewer(0, "nobody", "ja", ())


def _with_role_unknown(person):
    """The same person in the same places, in a role nobody has written rules for."""
    standings = tuple(replace(s, role="caretaker") for s in person.standings)
    return replace(person, person_id=0, standings=standings)


RULES = {
    "cases": (Case, case_policy.visible_to),
    "organisations": (Organisation, account_policy.visible_to),
    "people": (Person, account_policy.people_visible_to),
    "notices": (Notice, notice_policy.visible_to),
}


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
    missing = sorted(
        rule.__module__ for rule in written - {rule for _model, rule in RULES.values()}
    )
    assert not missing, f"add to RULES, with a row of Aoi's in the fixture `town`: {missing}"


def _ids(feature, viewer):
    model, visible_to = RULES[feature]
    return set(db.session.scalars(sa.select(model.id).where(visible_to(viewer))))


@pytest.mark.both
@pytest.mark.parametrize("feature", RULES)
def test_nobody_sees_no_row(feature, town):
    assert _ids(feature, _nobody()) == set()


@pytest.mark.parametrize("feature", RULES)
def test_a_role_yet_to_come_sees_no_row(feature, town, aoi, sato, mori):
    for person in (aoi, sato, mori):
        assert _ids(feature, _with_role_unknown(person)) == set(), "end visible_to in sa.false()"


@pytest.mark.parametrize("feature", RULES)
def test_ono_of_the_other_town_sees_no_row_of_aoi(feature, town, aoi, ono):
    assert _ids(feature, aoi)
    assert _ids(feature, ono).isdisjoint(_ids(feature, aoi))


def test_each_person_sees_the_cases_the_contract_gives_them(request, town):
    seen = {
        "aoi": {"aoi"}, "kato": {"kato"}, "ono": {"ono"},
        "sato": {"aoi"}, "nishi": {"kato"},
        "mori": {"aoi", "kato"}, "hara": {"aoi", "kato"}, "yama": {"aoi", "kato"},
        "tani": {"ono"},
        "iin": set(), "ken": set(), "kanri": set(), "kansa": set(),
    }  # fmt: skip
    for name, expected in seen.items():
        found = _ids("cases", request.getfixturevalue(name))
        assert found == {town[filer] for filer in expected}, name


# Every function that reads for somebody, called for somebody who may know nothing.
READERS = {
    cases.cases: lambda who: db.session.execute(cases.cases(who, CaseFilter())).all(),
    cases.inbox: lambda who: [
        row for part in InboxPart for row in db.session.execute(cases.inbox(who, part))
    ],
    cases.get_case: lambda who: _first_found(cases.get_case, who, Case),
    cases.case_page: lambda who: _first_found(cases.case_page, who, Case),
    cases.waiting: lambda who: [n for n in vars(cases.waiting(who)).values() if n],
    accounts.organisations: lambda who: db.session.execute(accounts.organisations(who)).all(),
    accounts.get_organisation: lambda who: _first_found(
        accounts.get_organisation, who, Organisation
    ),
    accounts.people: lambda who: db.session.execute(
        accounts.people(who, today=the_clock.today())
    ).all(),
    accounts.get_person: lambda who: _first_found(accounts.get_person, who, Person),
    accounts.memberships_of: lambda who: accounts.memberships_of(
        who, list(db.session.scalars(sa.select(Person.id))), today=the_clock.today()
    ),
    accounts.own_memberships: lambda who: accounts.own_memberships(who, today=the_clock.today()),
    accounts.offices_of: lambda who: accounts.offices_of(who, today=the_clock.today()),
    accounts.members_of: lambda who: [
        row
        for body in db.session.scalars(sa.select(Organisation).order_by(Organisation.id)).all()
        for row in accounts.members_of(who, body, today=the_clock.today())
    ],
    accounts.invitation_choices: accounts.invitation_choices,
    accounts.invitations_made_by: lambda who: accounts.invitations_made_by(who, at=the_clock.now()),
    notices.notices: lambda who: db.session.execute(notices.notices(who, at=the_clock.now())).all(),
    notices.unread_count: lambda who: notices.unread_count(who, at=the_clock.now()),
    notices.get_notice: lambda who: _first_found(
        lambda viewer, key: notices.get_notice(viewer, key, at=the_clock.now()), who, Notice
    ),
    insights.cases_by_month: lambda who: insights.cases_by_month(
        who, first=the_clock.today().replace(year=2020), last=the_clock.today()
    ),
}
# Take a viewer and look up one row only by the viewer's own id.
OWN_ONLY = {"get_own_person", "get_own_invitation"}


def _first_found(get, who, model):
    for key in db.session.scalars(sa.select(model.id).order_by(model.id)).all():
        try:
            return get(who, key)
        except NotFoundError:
            continue
    return None


def test_every_function_that_reads_for_somebody_is_tried_here():
    written = {
        function
        for module in _rooms("queries")
        for name, function in vars(module).items()
        if getattr(function, "__module__", "") == module.__name__
        and "viewer" in getattr(function, "__annotations__", {})
        and name not in OWN_ONLY
        and not name.startswith("_")
    }
    missing = sorted(f"{f.__module__}.{f.__name__}" for f in written - READERS.keys())
    assert not missing, f"add to READERS: {missing}"


@pytest.mark.parametrize("reader", READERS, ids=lambda function: function.__name__)
def test_a_reader_finds_nothing_for_nobody_and_for_an_unknown_role(reader, town, aoi, sato, mori):
    strangers = [_nobody(), *(_with_role_unknown(person) for person in (aoi, sato, mori))]
    for stranger in strangers:
        assert not READERS[reader](stranger)


@pytest.mark.parametrize(
    ("feature", "address"),
    [
        ("cases", "/cases/{}"),
        ("organisations", "/organisations/{}"),
        ("people", "/people/{}"),
    ],
)
def test_list_and_page_agree_and_what_is_hidden_is_404(feature, address, request, sign_in, town):
    rows = db.session.scalars(sa.select(RULES[feature][0].id)).all()
    for name in ("aoi", "sato", "mori", "ono"):
        person = request.getfixturevalue(name)
        visible = _ids(feature, person)
        browser = sign_in(person)
        for row in rows:
            expected = 200 if row in visible else 404
            assert browser.get(address.format(row)).status_code == expected, (name, row)


def _said(answer):
    """The page without what differs each time: request number, token, and the address asked."""
    text = re.sub(
        r"<code>[0-9a-f]{16}</code>|name=\"csrf_token\" value=\"[^\"]+\"", "", answer.text
    )
    return answer.status_code, text.replace(answer.request.path, "")


@pytest.mark.parametrize("address", ["/cases/{}", "/cases/{}/edit"])
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


@pytest.mark.parametrize("verb", ["accept", "return", "sort", "answer", "undo"])
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


def test_a_membership_without_an_organisation_reaches_nothing(town):
    empty = Viewer(0, "x", "ja", (Standing(Role.CENTRE, 0, 0),))
    assert all(_ids(feature, empty) == set() for feature in RULES)
