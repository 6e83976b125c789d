"""A list costs the same number of statements whether it shows one row or twenty."""

import pytest

from tests import factories
from tracker.accounts.roles import Role

ROWS = 20


def _file(number, aoi, sato):
    factories.make_case(by=aoi)


def _accept(number, aoi, sato):
    factories.accept(factories.make_case(by=aoi), by=sato)


def _join(number, aoi, sato):
    factories.make_person(f"colleague{number}", min(aoi.organisation_ids(Role.AGENCY)))


def _found(number, aoi, sato):
    (town,) = aoi.municipality_ids(Role.AGENCY)
    factories.make_organisation(f"第{number}ケアプラン", town)


def _classify(number, aoi, sato):
    factories.make_act_type(f"ZZ{number:02}")


LISTS = {  # address → who opens it, what makes one row more
    "/": ("sato", _file),
    "/cases/": ("aoi", _file),
    "/triage/": ("sato", _file),
    "/triage/?part=sort": ("sato", _accept),
    "/people/": ("mori", _join),
    "/organisations/": ("mori", _found),
    "/notices/": ("aoi", _accept),
    "/act-types/": ("aoi", _classify),
}


@pytest.mark.parametrize("url", LISTS)
def test_a_list_of_twenty_costs_as_many_statements_as_a_list_of_one(
    url, request, sign_in, statements, clock, aoi, sato
):
    login, make = LISTS[url]
    make(0, aoi, sato)
    clock.move(minutes=16)
    browser = sign_in(request.getfixturevalue(login))
    browser.get(url)
    with statements() as for_one:
        short = browser.get(url)
    for number in range(1, ROWS):
        make(number, aoi, sato)
    clock.move(minutes=16)
    with statements() as for_twenty:
        long = browser.get(url)
    assert short.status_code == long.status_code == 200
    assert len(for_twenty) == len(for_one), (
        f"load what each row needs in the list's own query (joinedload, columns): {for_twenty}"
    )


def test_a_list_of_cases_takes_at_most_five_statements(sign_in, statements, aoi):
    for _ in range(3):
        factories.make_case(by=aoi)
    browser = sign_in(aoi)
    with statements() as seen:
        browser.get("/cases/")
    assert len(seen) <= 5, seen


def test_a_case_takes_at_most_seven_statements(sign_in, statements, aoi):
    case = factories.make_case(by=aoi)
    browser = sign_in(aoi)
    with statements() as seen:
        browser.get(f"/cases/{case.id}")
    assert len(seen) <= 7, seen
