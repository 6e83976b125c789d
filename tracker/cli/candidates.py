"""`candidates`: look for what repeats, as the daily round does every night."""

import click
from flask import Flask

from tracker.core import clock
from tracker.core.db import WRITING, db
from tracker.issues.candidates import looking


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(candidates)


@click.command("candidates")
@click.option("--town", "code", help="Only the town with this code.")
@click.option("--all", "everything", is_flag=True, help="Every cell, not only what came since.")
def candidates(code: str | None, everything: bool) -> None:
    """Propose what repeats as candidates for regional issues, one transaction a town."""
    WRITING.set(True)
    towns = looking.towns_to_look_at(code)
    if not towns:
        raise click.ClickException("There is no town with this code." if code else "No cases yet.")
    cells = proposed = faded = 0
    for town in towns:
        looked = looking.look(town, at=clock.now(), everything=everything)
        db.session.commit()
        cells += looked.cells
        proposed += looked.proposed
        faded += looked.faded
    click.echo(f"{len(towns)} towns, {cells} cells: {proposed} proposed, {faded} faded.")
