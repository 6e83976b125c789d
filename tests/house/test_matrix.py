"""Who may do what: the whole matrix as written in the contract, and the menu that follows it."""

import pytest

from tests.client import parsed
from tests.conftest import PEOPLE
from tests.house.strangers import nobody
from tracker.accounts.roles import EVERYONE, GRANTS, Permission, Role
from tracker.home import navigation

# The agreed rights, written out by hand, not copied from the code. Y: may; a dot: may not.
ROLES = ("agency", "centre", "coordinator", "officer")
ROLES += ("member", "prefecture", "administrator", "privacy")
MATRIX = """
account.own        Y Y Y Y Y Y Y Y
action.edit        . Y Y Y . . . .
action.read        . Y Y Y . . . .
act-type.read      Y Y Y Y Y Y Y Y
audit.read         . . . . . . . Y
case.count         . Y Y Y . . . .
case.file          Y Y . . . . . .
case.import        Y Y . . . . . .
case.read          Y Y Y Y . . . .
case.sort          . Y . . . . . .
home               Y Y Y Y Y Y Y Y
issue.edit         . Y . Y . . . .
issue.read         . Y Y Y . . . .
mail.keep          . . . . . . Y .
matrix.read        Y Y Y Y . Y . .
meeting.edit       . Y . Y . . . .
meeting.read       . Y Y Y Y . . .
notice.read        Y Y Y Y Y Y Y Y
organisation.edit  Y Y . Y . . Y .
organisation.read  Y Y Y Y . . Y .
person.invite      Y Y . Y . . Y .
person.read        Y Y Y Y . . Y .
resource.edit      . Y Y Y . . . .
resource.read      Y Y Y Y Y . . .
settings.edit      . . . Y . . . .
settings.read      . Y Y Y . . . .
town.setup         . . . Y . . Y .
town.totals        . . . . . Y . .
"""
INTENT = {line.split()[0]: line.split()[1:] for line in MATRIX.strip().splitlines()}


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_contract_says(role):
    column = ROLES.index(role.value)
    meant = {name for name, marks in INTENT.items() if marks[column] == "Y"}
    granted = {permission.value for permission in GRANTS[role]}
    assert granted == meant, "settle it with the towns first, then in MATRIX and accounts/roles.py"


def test_the_matrix_names_every_role_and_every_permission():
    assert set(ROLES) == set(Role)
    assert INTENT.keys() == set(Permission), "give the new permission its line in MATRIX"


def test_an_account_without_a_membership_may_do_what_everybody_may():
    everybody = {name for name, marks in INTENT.items() if set(marks) == {"Y"}}
    may = {permission.value for permission in Permission if nobody().may(permission)}
    assert may == everybody == {permission.value for permission in EVERYONE}


@pytest.mark.parametrize("login", PEOPLE)
def test_every_entry_of_the_menu_opens(request, sign_in, login):
    browser = sign_in(request.getfixturevalue(login))
    menu = next(n for n in parsed(browser.get("/").text).iter("nav") if n.get("id") == "main-nav")
    shut = {a.get("href") for a in menu.iter("a") if browser.get(a.get("href")).status_code != 200}
    assert not shut, f"home/navigation.py shows {login} what does not open: {shut}"


def test_the_menu_asks_for_the_permission_of_the_page(app):
    other = [
        endpoint
        for endpoint, _label, permission in navigation.ENTRIES
        if app.view_functions[endpoint].permission is not permission
    ]
    assert not other, f"home/navigation.py asks for another permission than the page: {other}"
