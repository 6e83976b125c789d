"""`read-only on|off`: stop every write while reading goes on."""

import click
from flask import Flask

from tracker.core import read_only as switching


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(read_only)


@click.command("read-only")
@click.argument("state", type=click.Choice(["on", "off", "show"]))
def read_only(state: str) -> None:
    """Refuse every write from the next request on, or take them again; the server runs on."""
    if state != "show":
        switching.switch(state == "on")
    click.echo("Read-only: nothing is written." if switching.is_on() else "Writing as usual.")
