"""`user add`, `user disable`: the first account, and closing one."""

import click
from flask import Flask
from flask.cli import AppGroup

from tracker.accounts import passwords, queries, service
from tracker.accounts.models import Membership, Municipality, Organisation, OrganisationKind
from tracker.accounts.roles import Role
from tracker.core import clock
from tracker.core.db import WRITING, db
from tracker.core.errors import TrackerError

user = AppGroup("user", help="Accounts.")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(user)


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Name as colleagues know it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--organisation", required=True, help="Its name; made when it is not there yet.")
@click.option("--kind", type=click.Choice([kind.value for kind in OrganisationKind]))
@click.option("--municipality", type=int, required=True, help="Five-digit code.")
@click.option("--email")
@click.option("--may-invite/--may-not-invite", default=True)
@click.password_option()
def add(
    login: str,
    name: str,
    role: str,
    organisation: str,
    kind: str | None,
    municipality: int,
    email: str | None,
    may_invite: bool,
    password: str,
) -> None:
    """Make an account; with --kind also its organisation."""
    WRITING.set(True)
    draft = service.NewPerson(login, name, email, password, "ja")
    try:
        passwords.check(password, login=login)
        person = service.add_person(draft, passwords.hashed(password), at=clock.now())
    except TrackerError as error:
        raise click.ClickException(error.message) from error
    home = _organisation(organisation, kind, municipality)
    db.session.add(
        Membership(
            person_id=person.id,
            organisation_id=home.id,
            role=Role(role),
            from_on=clock.today(),
            may_invite=may_invite,
        )
    )
    db.session.commit()
    click.echo(f"{login} can sign in.")


def _organisation(name: str, kind: str | None, municipality: int) -> Organisation:
    found = queries.find_organisation(name, municipality)
    if found is not None:
        return found
    if kind is None:
        raise click.ClickException(f"No organisation {name!r} there; --kind makes it.")
    if db.session.get(Municipality, municipality) is None:
        raise click.ClickException(f"No municipality {municipality}: run `flask init` first.")
    return service.add_organisation(
        name, OrganisationKind(kind), municipality_id=municipality, at=clock.now()
    )


@user.command("disable")
@click.argument("login")
def disable(login: str) -> None:
    """Close an account; its sessions end with the next request."""
    WRITING.set(True)
    person = queries.find_person(login)
    if person is None:
        raise click.ClickException(f"There is no account {login!r}.")
    service.disable_person(person, at=clock.now())
    db.session.commit()
    click.echo(f"{login} cannot sign in any more.")
