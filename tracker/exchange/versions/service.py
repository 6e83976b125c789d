"""Keeping a paper that was made for an audience, word by word."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.accounts.viewer import Viewer
from tracker.core import audit
from tracker.core.audit import Change
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, require
from tracker.core.i18n import instant, named
from tracker.exchange.public import Finding, hidden
from tracker.exchange.versions import policy
from tracker.exchange.versions.models import Audience, PaperVersion
from tracker.formats import kept
from tracker.formats.papers import Paper
from tracker.meetings.models import Meeting


class Treatment(enum.StrEnum):
    """What is done with the words that were found."""

    ASK = "ask"
    HIDE = "hide"
    VOUCH = "vouch"

    @property
    def label(self) -> LazyString:
        """The words for it on screen."""
        return TREATMENT_LABELS[self]


TREATMENT_LABELS: dict[Treatment, LazyString] = {
    Treatment.ASK: _l("Show me first what is found"),
    Treatment.HIDE: _l("Put ●●● in the place of everything found"),
    Treatment.VOUCH: _l("I have looked at everything found: it tells nobody who somebody is"),
}


@dataclass(frozen=True)
class VersionDraft:
    """For whom, and what is done with what was found."""

    audience: Audience
    treatment: Treatment = Treatment.ASK


def make(
    meeting: Meeting,
    paper: Paper,
    draft: VersionDraft,
    found: Sequence[Finding] = (),
    *,
    by: Viewer,
    at: datetime,
) -> PaperVersion:
    """The paper is kept as it was made, with a stamp on each page; nothing is published by it.

    :param found: what may not leave the room, of a paper for the public
    :raises ConflictError: before the agenda is published, and for the public of a single case
    :raises InvalidInputError: when something was found and nobody has said what is to be done
    """
    require(policy.can_make(by, meeting))
    if draft.audience not in policy.audiences(meeting):
        raise ConflictError(
            _("Such a paper is made once the agenda is published, and never of a single case.")
        )
    if found and draft.treatment is Treatment.ASK:
        raise InvalidInputError(
            "treatment", _("Something was found. Please look at it and say what is to be done.")
        )
    masked = draft.treatment is Treatment.HIDE
    stamped = _stamped(hidden(paper, found) if masked else paper, meeting, draft.audience, at)
    content = kept.as_kept(stamped)
    version = PaperVersion(
        municipality_id=meeting.municipality_id,
        meeting_id=meeting.id,
        audience=draft.audience,
        paper=content,
        digest=kept.digest(content),
        hidden=len(found) if masked else 0,
        vouched=0 if masked else len(found),
        made_by_id=by.person_id,
        made_at=at,
    )
    db.session.add(version)
    db.session.flush()
    now = {
        "audience": draft.audience.value,
        "meeting": meeting.id,
        "digest": version.digest,
        "hidden": version.hidden,
        "vouched": version.vouched,
    }
    change = Change(was={}, now=now, replaced_texts={}, written_texts={})
    audit.record(by, "paper_version.made", version, at=at, change=change)
    return version


def _stamped(paper: Paper, meeting: Meeting, audience: Audience, at: datetime) -> Paper:
    """For whom, when and by which body, on every page."""
    stamp = _(
        "%(audience)s, made %(when)s by %(host)s",
        audience=audience.label,
        when=instant(at),
        host=named(meeting.host),
    )
    return replace(
        paper,
        footer_left=f"{paper.footer_left}\n{stamp}",
        confidential=audience is not Audience.PUBLIC,
    )
