"""`tallies`: are the counted cells as the cases say? And the figures released from them."""

import click
from flask import Flask
from flask.cli import AppGroup

from tracker.cases import tallies
from tracker.core import clock
from tracker.core.db import WRITING, db
from tracker.issues import releases

group = AppGroup("tallies", help="The counted cells the matrix is read from.")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)


@group.command("verify")
def verify() -> None:
    """Count the cases and compare; exit 1 and name the first cell that differs."""
    WRITING.set(False)
    found = tallies.verify()
    if found is None:
        click.echo("Every cell is as the cases say.")
        return
    town, month, area, act_type, office = found.cell
    click.echo(f"town {town}, {month:%Y-%m}, area {area}, type {act_type}, office {office}:")
    click.echo(f"kept {_said(found.kept)}, counted {_said(found.counted)}")
    raise SystemExit(1)


def _said(figures: tuple[int, int] | None) -> str:
    return "nothing" if figures is None else f"{figures[0]} cases, {figures[1]} minutes"


@group.command("rebuild")
def rebuild() -> None:
    """Count every case anew."""
    WRITING.set(True)
    cells = tallies.rebuild()
    db.session.commit()
    click.echo(f"{cells:,} cells.")


@group.command("release")
@click.option("--year", type=int, required=True, help="A fiscal year that has ended, as 2025.")
def release(year: int) -> None:
    """Count a fiscal year for people outside, once and for good; the worker does so in May."""
    WRITING.set(True)
    try:
        made = releases.make(year, at=clock.now())
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"{made} prefectures; those that had their figures keep them.")
