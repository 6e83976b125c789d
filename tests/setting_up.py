"""Rows of setting up a town for tests: a file that waits, an area, a membership, an office."""

import sqlalchemy as sa

from tests import factories
from tests.accounts.national import national_file, office_line
from tracker.accounts.models import Area, Membership, Municipality, Organisation, RegionKind
from tracker.accounts.offices import national, service
from tracker.accounts.offices.models import OfficeFile
from tracker.accounts.regions import check_digit
from tracker.accounts.roles import Role
from tracker.accounts.towns import queries
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db

SHIOMI = 98401


def empty_town() -> int:
    """A fictional town of the prefecture in which there is nothing."""
    name = {"name_ja": "汐見町", "name_en": "Shiomi", "kana": "しおみちょう"}
    town = Municipality(
        id=SHIOMI,
        code=f"{SHIOMI}{check_digit(str(SHIOMI))}",
        kind=RegionKind.MUNICIPALITY,
        prefecture_id=98000,
        parent_id=None,
        is_demo=False,
        **name,
    )
    db.session.add(town)
    db.session.commit()
    return SHIOMI


def waiting_file(by: Viewer) -> OfficeFile:
    """A national file with one new office was read for the officer's town."""
    town = queries.town_to_set_up(by, min(by.municipality_ids(Role.OFFICER)))
    line = office_line("9870100204", "港", f"{town.code}")
    rows = service.rows_for(town.id, national.read(national_file([line]), "a.csv"), [])
    made = service.keep(town, rows, by=by, at=clock.now())
    db.session.commit()
    return made


def office_to_invite(by: Viewer, number: int = 0) -> Organisation:
    """An office of the officer's town in which nobody signs in."""
    town = min(by.municipality_ids(Role.OFFICER))
    return factories.make_organisation(f"みなとケアプラン{number}", town)


def examples(by: Viewer) -> dict[str, object]:
    """An example for each name in the addresses of setting up and changing."""
    town = min(by.municipality_ids(Role.OFFICER))
    office_to_invite(by)
    area = sa.select(sa.func.min(Area.id)).where(Area.municipality_id == town)
    colleague = sa.select(sa.func.min(Membership.id)).where(
        Membership.organisation_id.in_(by.organisation_ids(Role.OFFICER)),
        Membership.person_id != by.person_id,
    )
    return {
        "town_id": town,
        "file_id": waiting_file(by).id,
        "area_id": db.session.scalar(area),
        "membership_id": db.session.scalar(colleague),
    }
