"""`backup` and `restore`: a sealed copy while people work, and putting one back."""

from datetime import datetime
from pathlib import Path

import click
from flask import Flask

from tracker.core import audit, backups, clock, upgrade
from tracker.core.audit import Head
from tracker.core.backups import Backup, BackupError, UnpreparedError
from tracker.core.db import WRITING, db
from tracker.jobs import heads, retention
from tracker.privacy.keeping import again, outside, service
from tracker.privacy.keeping.outside import Erasure

WITHOUT = "without"


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
        made = backups.take(target, at=at, heads=heads.noted_heads())
    except BackupError as error:
        raise click.ClickException(f"No backup was made: {error}") from error
    _say(made)
    click.echo("Keep the key (TRACKER_BACKUP_KEY or instance/backup.key) somewhere else.")


@click.command("restore")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(path: Path) -> None:
    """Put the backup at PATH in the place of the live database, after a typed confirmation.

    What was erased after it was made is erased again before anybody can open it.
    """
    WRITING.set(False)
    at = clock.now()
    try:
        found = backups.look_into(path)
        _say(found)
        click.echo("Everything that came after it will be gone. Nothing was changed yet.")
        if click.prompt("Type the name of the file to go on", default="") != path.name:
            raise click.ClickException("That is not its name. The live data is as it was.")
        erasures = _erased_since(datetime.fromisoformat(found.made_at))
        held: list[Head] = []
        backups.put_back(path, at=at, prepare=lambda: held.extend(_make_ready(erasures, at)))
    except BackupError as error:
        raise click.ClickException(f"Refused, the live data is as it was: {error}") from error
    except UnpreparedError as error:
        raise click.ClickException(
            "The backup is in place, but what was erased since could not be erased again. "
            f"Start nothing; run this command once more: {error}"
        ) from error
    heads.note_restored(at, held)
    service.sweep_up()
    click.echo("The backup is in place. Start the server and the worker again.")


def _erased_since(made_at: datetime) -> list[Erasure]:
    """What is to be erased again; asks whether to go on when nobody can know all of it."""
    erasures, is_all = again.known(made_at)
    if not is_all:
        click.echo(
            "Nobody can say what was erased after it was made: the live database does not go back "
            f"so far, and {outside.path()} is not there or not whole. Texts that were taken out "
            "since may be readable again. If there is a copy of that file, put it there first."
        )
        if click.prompt(f"Type '{WITHOUT}' to go on without it", default="") != WITHOUT:
            raise click.ClickException("Not confirmed. The live data is as it was.")
    return erasures


def _make_ready(erasures: list[Erasure], at: datetime) -> list[Head]:
    """The schema is the code's, and nothing is there that was erased or is past its time.

    The heads of the log as they were in the backup.
    """
    held = audit.heads()
    WRITING.set(True)
    upgrade.upgrade()
    count = again.erase_again(erasures, at=at)
    db.session.commit()
    click.echo(f"erased again, as it was after this backup: {count:,} records and texts")
    for kind, gone in sorted(retention.retain(at).items()):
        if gone:
            click.echo(f"past its time, {kind}: {gone:,} erased")
    return held


def _say(made: Backup) -> None:
    click.echo(f"{made.path}: {made.kind}, made {made.made_at}, {made.size:,} bytes")
    click.echo(f"SHA-256 {made.sha256}")
    counted = ", ".join(f"{name} {rows:,}" for name, rows in made.rows.items())
    if counted:
        click.echo(f"whole, the audit log holds: {counted}")
