"""`work`: the worker."""

import signal
import threading

import click
from flask import Flask, current_app

from tracker.core import clock
from tracker.jobs import worker


def register(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(work)


@click.command("work")
@click.option("--once", is_flag=True, help="One round, then end: for a timer of the system.")
def work(once: bool) -> None:
    """Send notices by mail and do the daily round."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if once:
        click.echo(f"{worker.round_of_work(app, clock.now())} done")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    worker.run(app, stop)
