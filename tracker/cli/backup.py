"""`backup` and `restore`: a sealed copy while people work, and putting one back."""

from pathlib import Path

import click
from flask import Flask

from tracker.core import backups, clock, upgrade
from tracker.core.backups import Backup, BackupError
from tracker.core.db import WRITING
from tracker.jobs import daily


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(backup)
    app.cli.add_command(restore)


@click.command("backup")
@click.argument("path", type=click.Path(path_type=Path))
def backup(path: Path) -> None:
    """Make a sealed backup at PATH (a new file, or a folder), open it again and check it."""
    WRITING.set(False)
    at = clock.now()
    target = path / backups.name_for(at) if path.is_dir() else path
    try:
        made = backups.take(target, at=at, heads=daily.noted_heads())
    except BackupError as error:
        raise click.ClickException(f"No backup was made: {error}") from error
    _say(made)
    click.echo("Keep the key (TRACKER_BACKUP_KEY or instance/backup.key) somewhere else.")


@click.command("restore")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(path: Path) -> None:
    """Put the backup at PATH in the place of the live database, after a typed confirmation."""
    WRITING.set(False)
    try:
        _say(backups.look_into(path))
        click.echo("Everything that came after it will be gone. Nothing was changed yet.")
        if click.prompt("Type the name of the file to go on", default="") != path.name:
            raise click.ClickException("That is not its name. The live data is as it was.")
        backups.put_back(path, at=clock.now())
    except BackupError as error:
        raise click.ClickException(f"Refused, the live data is as it was: {error}") from error
    WRITING.set(True)
    upgrade.upgrade()
    click.echo("The backup is in place. Start the server and the worker again.")


def _say(made: Backup) -> None:
    click.echo(f"{made.path}: {made.kind}, made {made.made_at}, {made.size:,} bytes")
    click.echo(f"SHA-256 {made.sha256}")
    counted = ", ".join(f"{name} {rows:,}" for name, rows in made.rows.items())
    if counted:
        click.echo(f"whole, the audit log holds: {counted}")
