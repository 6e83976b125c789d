"""`import cases`: a file of an office's past cases, by the same way as the page."""

from collections.abc import Sequence
from pathlib import Path

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import AppGroup

from tracker.accounts import queries as accounts
from tracker.accounts.models import Organisation, OrganisationKind
from tracker.accounts.standing import viewer_of
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import WRITING, db
from tracker.core.errors import InvalidInputError, TrackerError
from tracker.exchange.imports import applying, checking, queries, service, showing
from tracker.exchange.imports.rows import Matching
from tracker.exchange.models import BatchStatus, ImportBatch, RowResult
from tracker.formats.tables import UnreadableFileError

group = AppGroup("import", help="Bring in what was kept elsewhere.")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)


@group.command("cases")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--office", required=True, help="Its ten-digit number.")
@click.option("--by", "login", help="Who files them; default: who joined the office first.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--good-only", is_flag=True, help="Take in the good rows although some are bad.")
def cases(file: Path, office: str, login: str | None, dry_run: bool, good_only: bool) -> None:
    """Take in past cases of an office; without --good-only all rows or none."""
    WRITING.set(True)
    home = _office(office)
    by = _person(home, login)
    try:
        batch = _checked(file, home, by)
        bad = _say(batch, by)
        take = not dry_run and (good_only or not bad)
        applied = take and _take_in(batch, good_only, by)
    except (UnreadableFileError, TrackerError) as error:
        db.session.rollback()
        raise click.ClickException(error.message) from error
    if not applied:
        db.session.rollback()
        click.echo("Nothing was taken in.")
        raise SystemExit(1 if bad else 0)
    db.session.commit()
    click.echo(f"{batch.applied:,} cases taken in or changed: import {batch.id}.")


def _office(number: str) -> Organisation:
    found = db.session.scalars(
        sa.select(Organisation).where(
            Organisation.office_no == number, Organisation.kind == OrganisationKind.AGENCY
        )
    ).one_or_none()
    if found is None:
        raise click.ClickException(f"There is no office with the number {number!r}.")
    return found


def _person(home: Organisation, login: str | None) -> Viewer:
    people = accounts.active_people_of(home.id, today=clock.today())
    person = next((p for p in people if login in {None, p.login}), None)
    if person is None:
        raise click.ClickException(f"Nobody called {login!r} works there." if login else "Nobody.")
    return viewer_of(person.id, today=clock.today())


def _checked(file: Path, home: Organisation, by: Viewer) -> ImportBatch:
    """The import with the result of every row, columns matched by their headings."""
    incoming = service.read_file(file.read_bytes(), file.name)
    at = clock.now()
    batch = service.start(incoming, home.id, by=by, at=at, today=clock.today())
    missing = Matching.of(batch.mapping).missing()
    if missing:
        names = ", ".join(column.heading for column in missing)
        raise InvalidInputError(None, f"No column for: {names}")
    batch.status = BatchStatus.CHECKING
    db.session.flush()
    checking.check_all(batch, by=by, at=at)
    return batch


def _say(batch: ImportBatch, by: Viewer) -> int:
    """Print the counts, then every error by row and column; how many rows are bad."""
    counted = (f"{result.label} {batch.counts[result]:,}" for result in RowResult)
    click.echo(" / ".join(counted))
    words = showing.Words(batch, queries.choices(by, batch.organisation_id, today=clock.today()))
    bad: Sequence[object] = queries.bad_rows(batch.id)
    for row in bad:
        shown = words.shown(row)
        for line in shown.lines:
            click.echo(f"{shown.number}\t{line.label}\t{line.text}", err=True)
    return len(bad)


def _take_in(batch: ImportBatch, good_only: bool, by: Viewer) -> bool:
    at = clock.now()
    if not (batch.counts[RowResult.NEW] or batch.counts[RowResult.CHANGED]):
        return False
    batch.status, batch.only_good = BatchStatus.APPLYING, good_only
    db.session.flush()
    return applying.apply(batch, applying.prepare(batch, by=by, at=at), by=by, at=at)
