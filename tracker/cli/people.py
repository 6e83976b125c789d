"""`user add`, `user disable`, `user reset-mfa`: the first account, closing one, a lost app."""

import click
from flask import Flask
from flask.cli import AppGroup

from tracker.accounts import belonging, passwords, queries, service
from tracker.accounts.factors import service as factors
from tracker.accounts.models import Municipality, Organisation, OrganisationKind, Person
from tracker.accounts.policy import ROLES_OF
from tracker.accounts.roles import Role
from tracker.accounts.standing import viewer_of
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
        place = queries.find_organisation(organisation, municipality)
        words = belonging.words_of(name, [place] if place else [])
        passwords.check(password, login=login, words=[*words, organisation, *organisation.split()])
        person = service.add_person(draft, passwords.hashed(password), at=clock.now())
    except TrackerError as error:
        raise click.ClickException(error.message) from error
    home = _organisation(organisation, kind, municipality)
    _refuse_unfit(Role(role), home)
    service.add_membership(
        person, home, Role(role), may_invite=may_invite, at=clock.now(), today=clock.today()
    )
    db.session.commit()
    click.echo(f"{login} can sign in.")


def _refuse_unfit(role: Role, home: Organisation) -> None:
    fitting = ROLES_OF[home.kind]
    if role not in fitting:
        there = ", ".join(one.value for one in Role if one in fitting)
        raise click.ClickException(f"{home.kind.value}: {role.value} is no role there, but {there}")


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
    person = _person(login)
    service.disable_person(person, at=clock.now())
    db.session.commit()
    click.echo(f"{login} cannot sign in any more.")


@user.command("reset-mfa")
@click.argument("login")
@click.option("--asked-by", required=True, help="Sign-in name of the one who asks.")
@click.option("--agreed-by", required=True, help="Sign-in name of a second person who agrees.")
def reset_mfa(login: str, asked_by: str, agreed_by: str) -> None:
    """Remove a lost second factor; two people who look after the account stand for it."""
    WRITING.set(True)
    person = _person(login)
    for verb, name in ((factors.ask_reset, asked_by), (factors.agree_reset, agreed_by)):
        by = viewer_of(_person(name).id, today=clock.today())
        try:
            verb(person, by=by, at=clock.now())
        except TrackerError as error:
            raise click.ClickException(error.message) from error
    db.session.commit()
    click.echo(f"{login} sets up a new second factor at the next sign-in.")


def _person(login: str) -> Person:
    found = queries.find_person(login)
    if found is None:
        raise click.ClickException(f"There is no account {login!r}.")
    return found
