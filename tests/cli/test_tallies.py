"""`tallies`: what it says when a counted cell is not as the cases say, and how it is mended."""

from datetime import date

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.cases import tallies
from tracker.cases.tallies import CaseTally
from tracker.core.db import db

JUNE = date(2026, 6, 1)


def spoil():
    """Somebody has changed a cell by hand."""
    db.session.execute(sa.update(CaseTally).values(cases=7))
    db.session.commit()


@pytest.mark.both
def test_verify_names_the_cell_that_differs_and_rebuild_mends_it(run, aoi):
    case = factories.make_case(by=aoi, occurred_month=JUNE)
    assert run("tallies", "verify").exit_code == 0
    spoil()
    result = run("tallies", "verify")
    assert result.exit_code == 1
    assert (
        f"2026-06, area {case.area_id}, type HK03, office {case.organisation_id}" in result.output
    )
    assert "kept 7 cases, 120 minutes, counted 1 cases, 120 minutes" in result.output
    assert "1 cells" in run("tallies", "rebuild").output
    assert run("tallies", "verify").exit_code == 0


def test_verify_names_a_cell_that_is_missing_and_one_of_no_case(run, aoi):
    case = factories.make_case(by=aoi)
    db.session.execute(sa.delete(CaseTally))
    db.session.commit()
    assert "kept nothing, counted 1 cases" in run("tallies", "verify").output
    run("tallies", "rebuild")
    db.session.execute(sa.update(CaseTally).values(area_id=case.area_id + 1000))
    db.session.commit()
    assert f"area {case.area_id + 1000}" in run("tallies", "verify").output


def test_invented_towns_are_counted_as_well(run):
    run("generate", "--cases", "150", "--municipalities", "2")
    assert db.session.scalar(sa.select(sa.func.sum(CaseTally.cases))) > 100
    assert tallies.verify() is None
