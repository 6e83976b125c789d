"""`import offices`: the national file of care management offices, by the same way as the page."""

from pathlib import Path

import click
import sqlalchemy as sa
from flask import Flask

from tracker.accounts.models import Organisation, OrganisationKind
from tracker.accounts.offices import national, queries, service
from tracker.accounts.offices.national import OfficeRow
from tracker.accounts.standing import is_open
from tracker.cli.imports import group
from tracker.core import clock
from tracker.core.db import WRITING, db
from tracker.core.errors import TrackerError


def register(app: Flask) -> None:
    """The command stands in the group that is known already."""


@group.command("offices")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--municipality",
    "towns",
    type=int,
    multiple=True,
    help="Five-digit code; default: every town with a department.",
)
@click.option(
    "--close",
    is_flag=True,
    help="Close offices no longer in it that have nobody; not those entered by hand.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def offices(file: Path, towns: tuple[int, ...], close: bool, dry_run: bool) -> None:
    """Take over the offices of towns from the national file (jigyosho_430.csv)."""
    WRITING.set(True)
    try:
        rows = national.read(file.read_bytes(), file.name)
        for town_id in towns or _towns():
            _take_over(town_id, rows, close=close, named=bool(towns))
    except TrackerError as error:
        db.session.rollback()
        raise click.ClickException(error.message) from error
    if dry_run:
        db.session.rollback()
        click.echo("Nothing was taken over.")
    else:
        db.session.commit()


def _towns() -> list[int]:
    """Towns with a department at work, by code."""
    return list(
        db.session.scalars(
            sa.select(Organisation.municipality_id)
            .where(Organisation.kind == OrganisationKind.OFFICE, is_open(clock.today()))
            .distinct()
            .order_by(Organisation.municipality_id)
        )
    )


def _take_over(town_id: int, rows: list[OfficeRow], *, close: bool, named: bool) -> None:
    own = queries.codes_of(town_id)
    if not named and not any(row.town in own for row in rows):
        click.echo(f"{town_id:05}: not in the file.")
        return
    rows, today = service.rows_for(town_id, rows, []), clock.today()
    gone_for_good = queries.compare(town_id, rows, today=today).once_listed if close else ()
    found = service.apply(town_id, rows, close=gone_for_good, by=None, at=clock.now(), today=today)
    gone = len(found.gone) + len(found.gone_with_people)
    click.echo(
        f"{town_id:05}: new {len(found.new)}, changed {len(found.changed)}, "
        f"same {len(found.same)}, no longer in the file {gone}."
    )
    for row in found.odd:
        click.echo(f"{row.number}: the last digit does not fit the others.", err=True)
