"""The daily round: old drafts, keys and sessions go, the audit log's heads are noted outside."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from tracker.accounts import spraying
from tracker.accounts.models import SignInAttempt, SignInSession
from tracker.actions.agreements import service as agreements
from tracker.cases import suggesting, tried
from tracker.core import backups, clock, drafts, jobs, request_keys
from tracker.core.db import db
from tracker.exchange.imports import service as imports
from tracker.followup import asking
from tracker.insights.sheets import service as sheets
from tracker.issues import releases
from tracker.issues import service as issues
from tracker.issues.candidates import looking
from tracker.issues.priority import service as priority
from tracker.issues.proof import watching
from tracker.jobs import heads, retention
from tracker.privacy import unusual
from tracker.privacy.exports import telling

KEYS_KEPT = timedelta(days=2)
ATTEMPTS_KEPT = timedelta(days=35)
IMPORTS_KEPT = timedelta(days=30)
SESSIONS_KEPT = timedelta(days=35)


def expire_drafts(at: datetime) -> None:
    """Drafts untouched for 30 days are gone."""
    drafts.expire(at)


def forget_keys(at: datetime) -> None:
    """A form can no longer be sent twice after two days: its page has long ended."""
    request_keys.expire(at - KEYS_KEPT)


def forget_sign_ins(at: datetime) -> None:
    """Tries and ended sessions are kept for 35 days, how a try looked for one."""
    spraying.forget_old(at)
    db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < at - ATTEMPTS_KEPT))
    old = SignInSession.last_seen_at < at - SESSIONS_KEPT
    db.session.execute(sa.delete(SignInSession).where(old))


def retrain_suggestions(at: datetime) -> None:
    """Suggestions of a type of act know the cases that were accepted until now."""
    suggesting.retrain(at)


def forget_imports(at: datetime) -> None:
    """Rows of files that were taken in, thrown away or left lying are kept for 30 days."""
    imports.forget(at - IMPORTS_KEPT)


def release_figures(at: datetime) -> None:
    """In May the figures of the fiscal year that has ended are there for people outside."""
    releases.make_due(at)


def wake_issues(at: datetime) -> None:
    """Parked issues whose day has come are open again."""
    issues.wake_due(at=at, today=clock.local(at).date())


def look_for_candidates(at: datetime) -> None:
    """What repeats is proposed; a transaction for each town, so that nobody waits long."""
    for town in looking.towns_to_look_at():
        looking.look(town, at=at)
        db.session.commit()


def remind_to_look(at: datetime) -> None:
    """Whoever carries a watched issue is reminded of its figures after 3, 6 and 12 months."""
    watching.remind_due(at=at, today=clock.local(at).date())


def weigh_issues(at: datetime) -> None:
    """The priority of every open issue follows its cases of the last twelve months."""
    after: int | None = 0
    while after is not None:  # a transaction for some at a time, so that nobody waits for all
        after = priority.count_next(after, at=at, today=clock.local(at).date())
        db.session.commit()


def ask_did_it_help(at: datetime) -> None:
    """Six weeks after an answer or a resource the filer is asked, once."""
    asking.ask_did_it_help(at)


def forget_office_sheets(at: datetime) -> None:
    """Papers for offices are kept for 30 days; each office can open its sheet any time."""
    sheets.forget(at - sheets.KEPT)


def remind_of_agreements(at: datetime) -> None:
    """Whoever has an agreement in hand that ends within 60 days hears of it once."""
    agreements.remind(at=at, today=clock.local(at).date())


def end_waiting_exports(at: datetime) -> None:
    """Whoever asked for a large file and had no answer within a week hears so."""
    telling.tell_expired(at=at)


def tell_unusual_reading(at: datetime) -> None:
    """On Mondays privacy officers hear whether last week's reading was out of the ordinary."""
    unusual.tell(at=at, today=clock.local(at).date())


def recount_doubts(at: datetime) -> None:
    """What did not work half a year ago is no doubt about a resource any more."""
    tried.recount(today=clock.local(at).date())


def back_up(at: datetime) -> None:
    """There is a sealed backup of today in BACKUP_DIR, and none that is too old; else nothing."""
    folder = current_app.config["BACKUP_DIR"]
    if not folder:
        return
    db.session.rollback()
    try:
        backups.take(Path(folder) / backups.name_for(at), at=at, heads=heads.noted_heads())
    finally:  # the old ones go on their day, also while no new one can be made
        backups.rotate(Path(folder), days=current_app.config["BACKUP_DAYS"], at=at)


DAILY: dict[str, Callable[[datetime], None]] = {
    "ask-did-it-help": ask_did_it_help,
    "back-up": back_up,
    "end-waiting-exports": end_waiting_exports,
    "expire-drafts": expire_drafts,
    "forget-imports": forget_imports,
    "forget-keys": forget_keys,
    "forget-office-sheets": forget_office_sheets,
    "forget-sign-ins": forget_sign_ins,
    "look-for-candidates": look_for_candidates,
    "note-audit-heads": heads.note_daily,
    "recount-doubts": recount_doubts,
    "release-figures": release_figures,
    "remind-of-agreements": remind_of_agreements,
    "remind-to-look": remind_to_look,
    "retain": retention.retain_daily,
    "retrain-suggestions": retrain_suggestions,
    "tell-unusual-reading": tell_unusual_reading,
    "wake-issues": wake_issues,
    "weigh-issues": weigh_issues,
}


def plan(today: date, at: datetime) -> None:
    """Today's round is asked for; asking again the same day changes nothing."""
    for kind in DAILY:
        jobs.enqueue(kind, f"{kind}:{today.isoformat()}", due_at=at)
