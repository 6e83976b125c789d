"""Every function that reads for somebody finds rows for the right people and none for strangers."""

import sys
import types

import pytest

from tests import (
    desk,
    directory,
    driving,
    factories,
    links,
    material,
    regroup,
    setting_up,
    sittings,
    taking_out,
    told,
    town_papers,
)
from tests.house import (
    readers,
    readers_drive,
    readers_evidence,
    readers_folder,
    readers_keeping,
    readers_series,
    readers_setup,
    readers_told,
    readers_town,
    readers_trace,
)
from tests.house.readers import REFERENCE
from tests.house.strangers import nobody, with_role_unknown
from tests.issues import repeating
from tracker.accounts.roles import Role
from tracker.actions.models import Action
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.issues.models import RegionalIssue
from tracker.resources.models import Resource

READERS = (
    readers.READERS
    | readers_drive.READERS
    | readers_folder.READERS
    | readers_told.READERS
    | readers_keeping.READERS
    | readers_evidence.READERS
    | readers_trace.READERS
    | readers_series.READERS
    | readers_setup.READERS
    | readers_town.READERS
)
OWN_ONLY = readers.OWN_ONLY | readers_drive.OWN_ONLY
OWN_ONLY |= readers_setup.OWN_ONLY | readers_keeping.OWN_ONLY
OWN_ONLY |= readers_folder.OWN_ONLY | readers_evidence.OWN_ONLY
FOUND_BY = (
    readers.FOUND_BY | readers_told.FOUND_BY | readers_keeping.FOUND_BY | readers_setup.FOUND_BY
)


@pytest.fixture
def everything(chain, aoi, sato, mori):
    """The chain, and what people do to its rows later on."""
    factories.invite(mori, min(mori.organisation_ids()), Role.OFFICER)
    case = db.session.get(Case, chain["cases"]["east"])
    desk.give(case, sato, sato)
    asked = factories.make_resource(sato, office_mail="office@example.jp")
    directory.say_changed(directory.ask(asked, sato))
    twin = factories.accept(factories.make_case(by=aoi, office_ref=REFERENCE), by=sato)
    regroup.mark(twin, case, sato)
    east, town = (db.session.get(RegionalIssue, chain["issues"][n]) for n in ("east", "town"))
    regroup.link(east, town, mori)
    regroup.join(factories.make_issue(mori, case), east, mori)
    factories.make_case(by=aoi)  # comes to the need of an open issue
    repeating.file(aoi, act_type="FN01", gap="G1", urgency="E1")
    repeating.look()
    told.ask(case, db.session.get(Resource, chain["resources"]["east"]))
    told.refuse(aoi)
    material.write_vignette(east, mori)
    material.write_option(east, mori)
    told.ask_for_sheets(mori)
    town_papers.examples(mori)
    links.write_note(mori, "HK04", own_name=links.OWN_NAME)
    sittings.examples(aoi, sato, mori)
    setting_up.examples(mori)
    taking_out.ask(mori)
    taking_out.take_out(case, factories.person_called("kansa"))
    taking_out.opened(case, sato)
    driving.add_milestone(db.session.get(Action, chain["actions"]["east"]), mori)
    factories.end_action(db.session.get(Action, chain["actions"]["west"]), mori)
    served = db.session.get(Action, chain["actions"]["east"])
    served.resource_id = chain["resources"]["east"]
    db.session.commit()


def test_every_function_that_reads_for_somebody_is_tried_here():
    written = {
        function
        for module in [m for name, m in sys.modules.items() if name.startswith("tracker.")]
        for name, function in vars(module).items()
        if isinstance(function, types.FunctionType)
        and function.__module__ == module.__name__
        and not module.__name__.endswith(".policy")
        and "viewer" in function.__annotations__
        and not name.startswith("_")
    }
    missing = sorted(
        f"{f.__module__}.{f.__name__}" for f in written - READERS.keys() - OWN_ONLY.keys()
    )
    assert not missing, f"add to READERS: {missing}"
    gone = sorted(f.__name__ for f in (READERS.keys() | OWN_ONLY.keys()) - written)
    assert not gone, f"take out of READERS: {gone}"


def test_readers_find_nothing_for_nobody_and_for_an_unknown_role(
    everything, aoi, sato, mori, iin, ken, kansa
):
    known = [with_role_unknown(person) for person in (aoi, sato, mori, iin, ken, kansa)]
    wrong = [
        f"{reader.__module__}.{reader.__name__} for {stranger.name}"
        for stranger in (nobody(), *known)
        for reader, read in READERS.items()
        if read(stranger)
    ]
    assert not wrong, f"these found something: {wrong}"


def test_readers_find_something_for_whom_they_are_made(request, everything, aoi, sato, mori):
    empty = []
    for reader, read in READERS.items():
        name = FOUND_BY.get(reader)
        people = [request.getfixturevalue(name)] if name else [aoi, sato, mori]
        if not any(read(person) for person in people):
            empty.append(f"{reader.__module__}.{reader.__name__}")
    assert not empty, f"nobody finds anything, so trying strangers proves nothing: {empty}"
