"""`init`, `demo`, `check`: making the database, and looking after it."""

import click
from flask import Flask, current_app

from tracker import demo
from tracker.accounts import belonging, regions
from tracker.config import PREFIX, SETTINGS
from tracker.core import clock, health, transport, upgrade
from tracker.core.db import WRITING, db
from tracker.taxonomy import service as taxonomy


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(init)
    app.cli.add_command(load_demo)
    app.cli.add_command(check)


@click.command("init")
def init() -> None:
    """Create or upgrade the database and load what comes with the product."""
    WRITING.set(True)
    upgrade.upgrade()
    added = regions.load_national()
    taxonomy.load()
    db.session.commit()
    click.echo(f"The database is current; {added} municipalities added.")


@click.command("demo")
@click.option("--reset", is_flag=True, help="Empty the database first. Only with TRACKER_DEMO=1.")
def load_demo(reset: bool) -> None:
    """Load the fictional towns."""
    WRITING.set(True)
    if not current_app.config["DEMO"]:
        raise click.ClickException("Set TRACKER_DEMO=1: demo accounts have a published password.")
    if reset:
        demo.empty()
    if demo.is_loaded():
        raise click.ClickException("The demo towns are there already; --reset starts anew.")
    count = demo.load()
    db.session.commit()
    click.echo(f"Two towns with {count} cases.")


@click.command("check")
def check() -> None:
    """Look at configuration and database; exit 1 on trouble."""
    WRITING.set(False)
    click.echo("Settings (environment or instance/config.env):")
    for setting in SETTINGS:
        click.echo(f"  {PREFIX}{setting.name:<28} {setting.meaning}")
    problems, warnings = health.problems(), health.warnings()
    if not problems:
        problems = belonging.unfit(today=clock.today())
    if current_app.config["BEHIND_TLS"]:
        warnings += transport.notes(current_app.config["BASE_URL"])
    for warning in warnings:
        click.echo(f"note: {warning}")
    for problem in problems:
        click.echo(f"problem: {problem}")
    config = current_app.config
    if config["DEMO"] and config["BEHIND_TLS"]:
        raise SystemExit(1)
    if problems:
        raise SystemExit(1)
    click.echo("The database is well.")
