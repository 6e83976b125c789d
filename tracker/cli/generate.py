"""`generate`: invented towns and cases, for benchmarks."""

import time

import click
from flask import Flask

from tracker.core import clock
from tracker.core.db import WRITING
from tracker.core.errors import TrackerError
from tracker.demo import synthetic


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(generate)


@click.command("generate")
@click.option("--cases", type=click.IntRange(1), default=20_000, show_default=True)
@click.option("--municipalities", type=click.IntRange(1), default=20, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same gives the same.")
def generate(cases: int, municipalities: int, seed: int) -> None:
    """Make invented towns with cases of 18 months; never beside real data.

    The accounts have the demo's password and are shut without TRACKER_DEMO=1.
    """
    WRITING.set(True)
    began = time.monotonic()

    def progress(done: int) -> None:
        click.echo(f"{done:,} of {cases:,} cases, {time.monotonic() - began:.0f} s")

    try:
        made = synthetic.generate(
            cases, municipalities, seed=seed, now=clock.now(), progress=progress
        )
    except (TrackerError, ValueError) as error:
        raise click.ClickException(getattr(error, "message", None) or str(error)) from error
    click.echo(f"{cases:,} cases in {len(made)} towns, {made[0]} to {made[-1]}.")
