"""`audit verify`: does the chain hold?"""

import click
from flask import Flask
from flask.cli import AppGroup

from tracker.core import audit
from tracker.core.db import WRITING
from tracker.jobs import daily

group = AppGroup("audit", help="The audit log.")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)


@group.command("verify")
def verify() -> None:
    """Read every chain from its start; exit 1 at the first entry that does not hold."""
    WRITING.set(False)
    breaks = list(audit.verify(daily.noted_heads()))
    for found in breaks:
        click.echo(f"chain {found.chain}, entry {found.position}: {found.reason}")
    if breaks:
        raise SystemExit(1)
    click.echo(f"{len(audit.heads())} chains hold.")
