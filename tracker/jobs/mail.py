"""Sending what waits in the outbox: number, milestone and link, in the reader's language."""

import logging
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.db import db
from tracker.core.jobs import CLAIM, MAX_ATTEMPTS, backoff
from tracker.core.outbox import OutboxMail

log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 20
BATCH = 50


def send_due(at: datetime) -> int:
    """Everything due by now is sent, or will be tried again later; how many went out.

    A mail is claimed in one transaction and marked in another after the server's answer: a worker
    that dies between sends it once more with the same Message-ID, and loses none.
    """
    claimed = _claim(at)
    sent = 0
    for mail_id in claimed:
        sent += _send_one(mail_id)
    return sent


def _claim(at: datetime) -> list[int]:
    due = (
        sa.select(OutboxMail)
        .where(
            OutboxMail.sent_at.is_(None),
            OutboxMail.stopped_at.is_(None),
            OutboxMail.due_at <= at,
            sa.or_(OutboxMail.claimed_until.is_(None), OutboxMail.claimed_until <= at),
        )
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    mails = db.session.scalars(due).all()
    for mail in mails:
        mail.claimed_until = at + CLAIM
    ids = [mail.id for mail in mails]
    db.session.commit()
    return ids


def _send_one(mail_id: int) -> bool:
    mail = db.session.get_one(OutboxMail, mail_id, populate_existing=True)
    if mail.sent_at is not None:  # another worker was quicker
        return False
    person = db.session.get_one(Person, mail.person_id)
    reason = _reason_not_to(mail, person)
    error: Exception | None = None
    try:
        message = None if reason else compose(mail, person)
        db.session.rollback()  # nothing is held while we talk to the server
        if message is not None:
            deliver(message)
    except Exception as trouble:  # one mail that cannot go must not hold up the others
        db.session.rollback()
        error = trouble
    return _note(mail_id, reason, error)


def _reason_not_to(mail: OutboxMail, person: Person) -> str | None:
    if mail.stopped_at is not None:
        return "withdrawn by an undo"
    if not current_app.config["MAIL_HOST"]:
        return "no mail server is set"
    if not person.email or not person.wants_mail or person.disabled_at is not None:
        return "the person takes no mail"
    return None


def _note(mail_id: int, reason: str | None, error: Exception | None) -> bool:
    mail = db.session.get_one(OutboxMail, mail_id)
    now = clock.now()
    mail.claimed_until = None
    if reason:
        mail.stopped_at, mail.stopped_because = mail.stopped_at or now, reason
    elif error is None:
        mail.sent_at = now
    else:
        mail.attempts += 1
        log.warning("mail.failed", extra={"mail_id": mail_id, "error": type(error).__name__})
        if mail.attempts >= MAX_ATTEMPTS:
            mail.stopped_at, mail.stopped_because = now, type(error).__name__
        else:
            mail.due_at = now + backoff(mail.attempts)
    db.session.commit()
    return reason is None and error is None


def compose(mail: OutboxMail, person: Person) -> EmailMessage:
    """The mail as it goes out; its first line is the subject, its Message-ID the outbox row."""
    base = current_app.config["BASE_URL"].rstrip("/")
    with force_locale(person.language):
        # Not `render_template`: that asks who is signed in, and here nobody is.
        words = current_app.jinja_env.get_template(f"mail/{mail.event}.{person.language}.txt")
        text = words.render(
            number=mail.facts["number"],
            link=base + mail.facts["path"],
            account_link=base + "/account/",
        )
    subject, _blank, body = text.partition("\n")
    message = EmailMessage()
    message["Subject"] = subject.strip()
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = person.email
    message["Date"] = format_datetime(clock.local(mail.queued_at))
    host = current_app.config["MAIL_FROM"].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<kakehashi-{mail.id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.lstrip("\n"))
    return message


def deliver(message: EmailMessage) -> None:
    """The server has taken the mail.

    :raises OSError: the server cannot be reached
    :raises smtplib.SMTPException: it refused
    """
    config = current_app.config
    address = (config["MAIL_HOST"], config["MAIL_PORT"])
    if config["MAIL_TLS"] == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            *address, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(*address, timeout=TIMEOUT_SECONDS)
    with server:
        if config["MAIL_TLS"] == "starttls":
            server.starttls(context=ssl.create_default_context())
        if config["MAIL_USER"]:
            server.login(config["MAIL_USER"], config["MAIL_PASSWORD"])
        server.send_message(message)
