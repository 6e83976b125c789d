"""`retain`: erase what is past its time, as the daily round does every night."""

import click
from flask import Flask

from tracker.core import clock
from tracker.core.db import WRITING, db
from tracker.jobs import retention
from tracker.privacy.keeping import due


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(retain)


@click.command("retain")
@click.option("--dry-run", is_flag=True, help="Only say how much would go.")
def retain(dry_run: bool) -> None:
    """Erase texts and rows that are past their time; numbers and counts stay."""
    now = clock.now()
    if dry_run:
        WRITING.set(False)
        _say_what_would_go()
        return
    WRITING.set(True)
    gone = retention.retain(now)
    db.session.commit()
    for kind, count in sorted(gone.items()):
        click.echo(f"{kind}: {count:,} erased")


def _say_what_would_go() -> None:
    today = clock.today()
    for town, times in due.times_of(due.town_ids()).items():
        for one in due.town_counts(town, times, today):
            click.echo(f"town {town}, {one.kind} after {one.kept} years: {one.count:,}")
    for one in due.due_everywhere(clock.now()):
        when = "after their own day" if one.kept is None else f"after {one.kept} days"
        click.echo(f"{one.kind} {when}: {one.count:,}")
