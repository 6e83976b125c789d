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
from tracker.core.traces import AccessTrace, How
from tracker.jobs import heads
from tracker.privacy import holding
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
BY_HAND = "(the privacy officer of the town writes this)"


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)


@group.command("verify")
def verify() -> None:
    """Read every chain from its start; exit 1 at the first entry that does not hold."""
    WRITING.set(False)
    breaks = list(audit.verify(heads.noted_heads()))
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
    case_id = _case_id(number) if number else None
    person_id = _person_id(login) if login else None
    opened = _of_days(_openings(case_id, person_id), AccessTrace.at, since, until)
    seen = _Seen()
    for row in db.session.execute(opened.order_by(AccessTrace.id).execution_options(yield_per=500)):
        if row.how != How.REFUSED:
            seen.note(row.at, row.login)
            seen.kinds[row.subject] += 1
            if row.subject == "cases":
                seen.cases.add(row.subject_id)
        click.echo(f"{_moment(row.at)}\t{row.login}\t{row.how}\t{row.subject}/{row.subject_id}")
    taken = _of_days(_files(case_id, person_id), Export.asked_at, since, until)
    for row in db.session.execute(taken.order_by(Export.id)):
        seen.note(row.asked_at, row.login)
        seen.files += 1
        seen.file_rows += row.rows or 0
        rows = "" if row.rows is None else f" ({row.rows:,} rows)"
        click.echo(
            f"{_moment(row.asked_at)}\t{row.login}\ttook out\t{row.kind.value} {row.narrowed}{rows}"
        )
    if report:
        _say_report(seen, number, login)


def _openings(case_id: int | None, person_id: int | None) -> sa.Select[*tuple[object, ...]]:
    """Openings of the case and of issues and meetings that hold it; for a person all of theirs."""
    columns = (
        *(AccessTrace.at, AccessTrace.subject, AccessTrace.subject_id, AccessTrace.how),
        Person.login,
    )
    statement = sa.select(*columns).join(Person, Person.id == AccessTrace.person_id)
    if case_id is not None:
        statement = statement.where(holding.read_in(holding.places_of(case_id)))
    if person_id is not None:
        statement = statement.where(AccessTrace.person_id == person_id)
    return statement


def _files(case_id: int | None, person_id: int | None) -> sa.Select[*tuple[object, ...]]:
    """Files that held the case and papers of what holds it; for a person every file."""
    if case_id is not None:
        statement = holding.files_with(holding.places_of(case_id))
    else:
        columns = Export.asked_at, Export.kind, Export.narrowed, Export.rows, Person.login
        statement = sa.select(*columns).join(Person, Person.id == Export.person_id)
    if person_id is not None:
        statement = statement.where(Export.person_id == person_id)
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
        3: f"{len(seen.people)} accounts: {', '.join(sorted(seen.people)) or 'none'}; "
        f"why: {BY_HAND}",
        4: f"{seen.files} files with {seen.file_rows:,} rows left the system"
        if seen.files
        else "no file is noted as taken out",
        5: f"none by this system: it has no addresses of clients; by others: {BY_HAND}",
        6: f"nothing by this system: {BY_HAND}",
        7: f"{_measures(login) or 'nothing yet'}; what else: {BY_HAND}",
        8: f"first opening {_moment(seen.first) if seen.first else 'none'}; "
        f"report printed {_moment(clock.now())}; anything else: {BY_HAND}",
    }
    for place, item in enumerate(REPORT):
        click.echo(f"{item}: {known[place]}")


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
