"""`organisation revoke`: after an incident, nothing stays open for an organisation."""

import click
from flask import Flask
from flask.cli import AppGroup

from tracker.accounts import queries, revoking
from tracker.core import clock
from tracker.core.db import WRITING, db

group = AppGroup("organisation", help="Organisations.")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)


@group.command("revoke")
@click.argument("name")
@click.option("--municipality", type=int, required=True, help="Five-digit code.")
def revoke(name: str, municipality: int) -> None:
    """Close its accounts and end sessions, invitations, links and secret addresses at once."""
    WRITING.set(True)
    found = queries.find_organisation(name, municipality)
    if found is None:
        raise click.ClickException(f"There is no organisation {name!r} there.")
    done = revoking.revoke(found, at=clock.now(), today=clock.today())
    db.session.commit()
    click.echo(
        f"{done.closed} accounts closed, {done.kept} signed out that belong elsewhere too, "
        f"{done.invitations} invitations cancelled."
    )
