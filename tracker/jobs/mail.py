"""Sending what waits in the outbox: number, milestone and link, in the reader's language."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import aliased

from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.db import db
from tracker.core.jobs import CLAIM, MAX_ATTEMPTS, backoff
from tracker.core.outbox import WAITS, OutboxMail, link_key
from tracker.jobs.smtp import Answer, Fate, Line
from tracker.notifications import times
from tracker.notifications.delivery import service as delivery
from tracker.notifications.delivery.models import MailAddress
from tracker.notifications.models import Event
from tracker.resources.asking.models import EVENT as RESOURCE_CONFIRM

log = logging.getLogger(__name__)
BATCH = 50
MOST_LINES = 50  # of a digest; more go out in a second one
ROUND_SECONDS = 30.0  # of mail before the worker looks after other jobs
# A new password cannot wait until the morning; what is told of cases and resources can.
_AT_REST_BY_NIGHT = frozenset({RESOURCE_CONFIRM, *(event.value for event in Event)})
CLAIM_SECONDS = CLAIM.total_seconds() - 60  # what is not sent by then is given back


def send_due(at: datetime) -> int:
    """Everything due by now is sent, or will be tried again later; how many went out.

    Mails of one person go out as one. They are claimed in one transaction and marked in another
    after the server's answer: a worker that dies between sends the one it was at once more with the
    same Message-ID, and loses none.
    """
    began, sent = time.monotonic(), 0
    while time.monotonic() - began < ROUND_SECONDS:
        bundles = claim(at)
        if not bundles:
            break
        sent += _send_all(bundles)
    return sent


def claim(at: datetime) -> list[list[int]]:
    """Ids of mails that go out together, each list one mail to one reader; held for five minutes.

    A mail that is due waits up to a quarter of an hour for others to the same person.
    """
    later = aliased(OutboxMail)
    more_to_come = sa.exists().where(
        later.person_id == OutboxMail.person_id,
        later.sent_at.is_(None),
        later.stopped_at.is_(None),
        later.due_at > at,
        later.due_at <= OutboxMail.hold_until,
        OutboxMail.hold_until > at,
    )
    due = sa.and_(
        WAITS,
        OutboxMail.due_at <= at,
        sa.or_(OutboxMail.claimed_until.is_(None), OutboxMail.claimed_until <= at),
    )
    first = (
        sa.select(OutboxMail.id, OutboxMail.person_id)
        .where(due, ~more_to_come)
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .limit(BATCH)
    )
    found = db.session.execute(first).all()
    people = {row.person_id for row in found if row.person_id is not None}
    rows = db.session.scalars(
        sa.select(OutboxMail)
        .where(
            due,
            sa.or_(OutboxMail.person_id.in_(people), OutboxMail.id.in_({row.id for row in found})),
        )
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .with_for_update(skip_locked=True)
    ).all()
    bundles = _bundled(rows)
    for bundle in bundles:
        for mail in bundle:
            mail.claimed_until, mail.bundle_id = at + CLAIM, bundle[0].bundle_id or bundle[0].id
    ids = [[mail.id for mail in bundle] for bundle in bundles]
    db.session.commit()
    return ids


def _bundled(rows: Sequence[OutboxMail]) -> list[list[OutboxMail]]:
    """What was tried as one mail stays one; the rest of a person is a new one; in their order."""
    bundles: dict[tuple[Any, ...], list[OutboxMail]] = {}
    for mail in rows:
        whose = ("to", mail.person_id) if mail.person_id is not None else ("at", mail.id)
        bundles.setdefault((*whose, mail.bundle_id), []).append(mail)
    return [
        bundle[start : start + MOST_LINES]
        for bundle in bundles.values()
        for start in range(0, len(bundle), MOST_LINES)
    ]


def _send_all(bundles: Sequence[Sequence[int]]) -> int:
    sent, began = 0, time.monotonic()
    unreachable: Answer | None = None
    with Line() as line:
        for ids in bundles:
            if time.monotonic() - began > CLAIM_SECONDS:
                _give_back(ids)
                continue
            answer = send_bundle(ids, line, unreachable)
            if answer is not None and answer.fate is Fate.UNREACHABLE:
                unreachable = answer
            sent += answer is not None and answer.fate is Fate.TAKEN
    return sent


def send_bundle(ids: Sequence[int], line: Line, unreachable: Answer | None = None) -> Answer | None:
    """These mails of one reader went out as one, or it is noted why not; None: nothing to send.

    :param unreachable: what the server "said" to an earlier one; then it is not tried now
    """
    letter = _letter(ids)
    if letter is None:
        return None
    if letter.reason is not None:
        delivery.stop_mails(letter.ids, letter.reason, at=clock.now())
        db.session.commit()
        return None
    answer = unreachable
    if answer is None:
        try:
            message = compose(letter.mails, letter.person)
            db.session.rollback()  # nothing is held while we talk to the server
            answer = line.send(message)
        except Exception as trouble:  # one mail that cannot go must not hold up the others
            db.session.rollback()
            answer = Answer(Fate.LATER, None, type(trouble).__name__)
    _note(letter, answer)
    return answer


@dataclass(frozen=True)
class Letter:
    """Mails that still wait, their reader, and why they are not to be sent, if they are not."""

    ids: Sequence[int]
    mails: Sequence[OutboxMail]
    person: Person | None
    address: str | None  # where it goes
    known: bool  # this address refused something before
    attempts: int
    reason: str | None


def _letter(ids: Sequence[int]) -> Letter | None:
    """None when another worker was quicker, or all was taken back meanwhile."""
    mails = db.session.scalars(
        sa.select(OutboxMail)
        .where(OutboxMail.id.in_(ids), WAITS)
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .execution_options(populate_existing=True)
    ).all()
    if not mails:
        db.session.rollback()
        return None
    person, state = None, None
    if mails[0].person_id is not None:
        person, state = db.session.execute(
            sa.select(Person, MailAddress)
            .outerjoin(MailAddress, MailAddress.person_id == Person.id)
            .where(Person.id == mails[0].person_id)
            .execution_options(populate_existing=True)
        ).one()
    return Letter(
        [mail.id for mail in mails],
        mails,
        person,
        person.email if person else mails[0].address,
        state is not None,
        max(mail.attempts for mail in mails),
        _reason_not_to(person, state),
    )


def _reason_not_to(person: Person | None, state: MailAddress | None) -> str | None:
    if not current_app.config["MAIL_HOST"]:
        return "no mail server is set"
    if person is None:
        return None
    if not person.email or not person.wants_mail or person.disabled_at is not None:
        return "the person takes no mail"
    if state is not None and state.stopped_at is not None and state.address == person.email:
        return "the address is stopped"
    return None


def _note(letter: Letter, answer: Answer) -> None:
    now = clock.now()
    waiting = sa.update(OutboxMail).where(OutboxMail.id.in_(letter.ids))
    person_id = letter.mails[0].person_id if letter.person else None
    if answer.fate is Fate.TAKEN:
        # Also when somebody took it back this second: the server has it.
        values: dict[str, Any] = {"sent_at": now, "claimed_until": None, "code": None}
        if letter.known and person_id is not None:
            delivery.note_taken(person_id)
    else:
        log.warning("mail.failed", extra={"mail_id": letter.ids[0], "error": answer.error})
        values = _failed(letter, answer, now)
        if answer.fate is Fate.ADDRESS_REFUSED and person_id is not None:
            delivery.note_refused(person_id, letter.address or "", answer.code, at=now)
    db.session.execute(waiting.values(**values))
    db.session.commit()


def _failed(letter: Letter, answer: Answer, now: datetime) -> dict[str, Any]:
    attempts = letter.attempts + 1
    values: dict[str, Any] = {"attempts": attempts, "claimed_until": None, "code": answer.code}
    final = answer.fate in {Fate.ADDRESS_REFUSED, Fate.MAIL_REFUSED}
    if final or attempts >= MAX_ATTEMPTS:
        return {**values, "stopped_at": now, "stopped_because": answer.error, "dead": True}
    due_at = now + backoff(attempts)
    if all(mail.event in _AT_REST_BY_NIGHT for mail in letter.mails):
        due_at = times.after_quiet(due_at)
    return {**values, "due_at": due_at, "hold_until": None}


def _give_back(ids: Sequence[int]) -> None:
    """Too slow a server: these are free for the next round."""
    free = sa.update(OutboxMail).where(OutboxMail.id.in_(ids)).values(claimed_until=None)
    db.session.execute(free)
    db.session.commit()


def compose(mails: Sequence[OutboxMail], person: Person | None) -> EmailMessage:
    """The mail as it goes out; its first line is the subject, its Message-ID the first of them."""
    first = mails[0]
    language = person.language if person else "ja"
    with force_locale(language):
        text = _words(mails, language)
    subject, _blank, body = text.partition("\n")
    message = EmailMessage()
    message["Subject"] = subject.strip()
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = person.email if person else first.address
    message["Date"] = format_datetime(clock.local(first.queued_at))
    host = current_app.config["MAIL_FROM"].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<kakehashi-{first.bundle_id or first.id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.lstrip("\n"))
    return message


def _words(mails: Sequence[OutboxMail], language: str) -> str:
    """One mail in its own words, several as lines; call it with the language in force."""
    account_link = current_app.config["BASE_URL"].rstrip("/") + "/account/"
    # Not `render_template`: that asks who is signed in, and here nobody is.
    templates = current_app.jinja_env
    if len(mails) == 1:
        words = templates.get_template(f"mail/{mails[0].event}.{language}.txt")
        number, link = mails[0].facts["number"], _link(mails[0])
        said = mails[0].facts.get("said")  # what a mail to a stranger tells of who sends it
        return words.render(number=number, link=link, account_link=account_link, said=said)
    lines = [
        {
            "label": str(Event(mail.event).label) if mail.event in set(Event) else "",
            "number": mail.facts["number"],
            "link": _link(mail),
        }
        for mail in mails
    ]
    words = templates.get_template(f"mail/digest.{language}.txt")
    return words.render(lines=lines, account_link=account_link)


def _link(mail: OutboxMail) -> str:
    """The whole address, with the key at its end where it is one that answers."""
    base, seed = current_app.config["BASE_URL"].rstrip("/"), mail.facts.get("seed")
    key = link_key(mail.event, seed) if seed else ""
    return f"{base}{mail.facts['path']}{key}"
