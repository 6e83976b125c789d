"""`audit verify`: does the chain hold? `audit who-saw`: who opened what, and took what out?"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import InstrumentedAttribute

from tracker.accounts import queries as accounts
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import audit, clock
from tracker.core.db import WRITING, db
from tracker.core.traces import AccessTrace
from tracker.jobs import daily
from tracker.privacy.exports.models import Export

group = AppGroup("audit", help="The audit log.")

# What a first report to the Personal Information Protection Commission says.
# Source: 個人情報の保護に関する法律施行規則 8条1項 (nine items).
REPORT = (
    "1 outline of what happened",
    "2 kinds of personal data",
    "3 number of persons",
    "4 cause",
    "5 further damage, or its risk",
    "6 what the persons were told",
    "7 what was made public",
    "8 what prevents a repetition",
    "9 anything else",
)


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


@group.command("who-saw")
@click.option("--case", "number", help="Its number, as R8-13101-0042.")
@click.option("--user", "login", help="A sign-in name: what this person opened.")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="First day, in Japan.")
@click.option("--to", "until", type=click.DateTime(["%Y-%m-%d"]), help="Last day, in Japan.")
@click.option("--report", is_flag=True, help="Also the nine items of a first report.")
def who_saw(
    number: str | None,
    login: str | None,
    since: datetime | None,
    until: datetime | None,
    report: bool,
) -> None:
    """Print every opening of a text and every file taken out, the oldest first."""
    WRITING.set(False)
    if number is None and login is None:
        raise click.UsageError("Name a case or a user.")
    opened = _of_days(_openings(number, login), AccessTrace.at, since, until)
    seen = _Seen()
    for row in db.session.execute(opened.order_by(AccessTrace.id).execution_options(yield_per=500)):
        seen.note(row.at, row.login)
        seen.kinds[row.subject] += 1
        if row.subject == "cases":
            seen.cases.add(row.subject_id)
        click.echo(f"{_moment(row.at)}\t{row.login}\topened\t{row.subject}/{row.subject_id}")
    taken = _of_days(_files(number, login), Export.asked_at, since, until)
    for row in db.session.execute(taken.order_by(Export.id)):
        seen.note(row.asked_at, row.login)
        seen.files += 1
        seen.file_rows += row.rows or 0
        rows = "" if row.rows is None else f" ({row.rows:,} rows)"
        click.echo(f"{_moment(row.asked_at)}\t{row.login}\ttook out\t{row.narrowed}{rows}")
    if report:
        _say_report(seen, number, login)


def _openings(number: str | None, login: str | None) -> sa.Select[*tuple[object, ...]]:
    columns = AccessTrace.at, AccessTrace.subject, AccessTrace.subject_id, Person.login
    statement = sa.select(*columns).join(Person, Person.id == AccessTrace.person_id)
    if number is not None:
        statement = statement.where(
            AccessTrace.subject == "cases", AccessTrace.subject_id == _case_id(number)
        )
    if login is not None:
        statement = statement.where(AccessTrace.person_id == _person_id(login))
    return statement


def _files(number: str | None, login: str | None) -> sa.Select[*tuple[object, ...]]:
    """Papers of the case itself; for a person every file."""
    columns = Export.asked_at, Export.narrowed, Export.rows, Person.login
    statement = sa.select(*columns).join(Person, Person.id == Export.person_id)
    if number is not None:
        statement = statement.where(Export.narrowed.startswith(f"/cases/{_case_id(number)}/"))
    if login is not None:
        statement = statement.where(Export.person_id == _person_id(login))
    return statement


def _of_days(
    statement: sa.Select[*tuple[object, ...]],
    at: InstrumentedAttribute[datetime],
    since: datetime | None,
    until: datetime | None,
) -> sa.Select[*tuple[object, ...]]:
    if since is not None:
        statement = statement.where(at >= _midnight(since))
    if until is not None:
        statement = statement.where(at < _midnight(until + timedelta(days=1)))
    return statement


def _midnight(day: datetime) -> datetime:
    return datetime.combine(day.date(), time.min, clock.TOKYO)


def _moment(at: datetime) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M:%S}"


def _case_id(number: str) -> int:
    found = db.session.scalar(sa.select(Case.id).where(Case.number == number))
    if found is None:
        raise click.ClickException(f"There is no case {number!r}.")
    return found


def _person_id(login: str) -> int:
    found = accounts.find_person(login)
    if found is None:
        raise click.ClickException(f"There is no account {login!r}.")
    return found.id


@dataclass
class _Seen:
    """What was counted while the openings were read."""

    cases: set[int] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    files: int = 0
    file_rows: int = 0

    def note(self, at: datetime, login: str) -> None:
        self.people.add(login)
        self.first = min(self.first or at, at)
        self.last = max(self.last or at, at)


def _say_report(seen: _Seen, number: str | None, login: str | None) -> None:
    """The nine items, with what the data know; the rest is for people to say."""
    span = "nothing"
    if seen.first and seen.last:
        span = f"{_moment(seen.first)} to {_moment(seen.last)}"
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(seen.kinds.items()))
    whose = f"case {number}" if number else "what was asked for"
    known = {
        0: f"{whose}: openings ({kinds or 'none'}) and {seen.files} files, {span}",
        1: "texts about care needs without names, addresses or birth dates",
        2: f"at most {_persons(seen.cases)} (cases told apart by the office's own reference; "
        "nobody is named)",
        3: f"{len(seen.people)} accounts: {', '.join(sorted(seen.people)) or 'none'}",
        4: f"{seen.files} files with {seen.file_rows:,} rows left the system"
        if seen.files
        else "no file is noted as taken out",
        7: _measures(login),
    }
    for place, item in enumerate(REPORT):
        click.echo(f"{item}: {known.get(place) or '(to be filled in by hand)'}")


def _persons(case_ids: set[int]) -> int:
    """Different clients of these cases; one without a reference counts as a person of its own."""
    if not case_ids:
        return 0
    who = sa.func.coalesce(Case.client_key, sa.cast(Case.id, sa.String))
    ids = sorted(case_ids)
    found: set[str] = set()
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        found |= set(db.session.scalars(sa.select(who).where(Case.id.in_(some))))
    return len(found)


def _measures(login: str | None) -> str:
    """What was done about the account so far."""
    person = accounts.find_person(login) if login else None
    if person is None:
        return ""
    if person.disabled_at is None:
        return f"the account {login} is still open (flask user disable {login})"
    return f"the account {login} was closed on {_moment(person.disabled_at)}"
