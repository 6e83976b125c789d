"""Words of papers that were kept as they were handed out: gone with what they tell of."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.actions.models import Action
from tracker.core import audit
from tracker.core.audit import Change, Deed
from tracker.core.db import db
from tracker.core.erasing import ERASED, Gone
from tracker.core.erasing import Change as Reword
from tracker.core.i18n import date_long
from tracker.exchange.versions.models import PaperVersion
from tracker.formats import kept
from tracker.formats.papers import Paper, Paragraph
from tracker.meetings.models import AgendaItem, ItemCase, ItemIssue

_AT_ONCE = 50  # papers read at a time: a folder may be large


def on_words_gone(gone: Gone) -> None:
    """Papers that may tell of them hold no word of it any more; for whom they were made stays.

    A paper mixes what it tells: with all words of an issue goes the whole paper of each meeting
    that spoke of it. Single words are looked for in the papers of these meetings.
    """
    after, deeds = 0, []
    while papers := _papers(gone, after):
        for version in papers:
            after = version.id
            paper = kept.as_paper(version.paper)
            left = kept.as_kept(_blank(paper) if gone.is_whole else _struck(paper, gone.change))
            if left == version.paper:
                continue
            was = {"left_hash": version.left_hash or version.digest}
            version.paper, version.left_hash = left, kept.digest(left)
            version.erased_at = gone.at
            now = {"digest": version.digest, "left_hash": version.left_hash}
            change = Change(was=was, now=now, replaced_texts={}, written_texts={})
            verb, table = "paper_version.words_erased", PaperVersion.__tablename__
            deeds.append(Deed(gone.municipality_id, verb, table, version.id, change))
    if deeds:
        audit.record_many(None, deeds, at=gone.at)


def _papers(gone: Gone, after: int) -> Sequence[PaperVersion]:
    """The next papers of meetings that spoke of them, by id."""
    statement = (
        sa.select(PaperVersion)
        .where(PaperVersion.id > after, PaperVersion.municipality_id == gone.municipality_id)
        .where(PaperVersion.meeting_id.in_(_meetings(gone)))
    )
    return db.session.scalars(statement.order_by(PaperVersion.id).limit(_AT_ONCE)).all()


def _meetings(gone: Gone) -> sa.Select[int] | Sequence[int]:
    match gone.subject:
        case "meetings":
            return gone.ids
        case "cases":
            items = sa.select(ItemCase.item_id).where(ItemCase.case_id.in_(gone.ids))
        case "issues":
            items = sa.select(ItemIssue.item_id).where(ItemIssue.issue_id.in_(gone.ids))
        case "actions":
            issues = sa.select(Action.issue_id).where(Action.id.in_(gone.ids))
            items = sa.select(ItemIssue.item_id).where(ItemIssue.issue_id.in_(issues))
        case _:
            return []
    return sa.select(AgendaItem.meeting_id).where(AgendaItem.id.in_(items))


def _blank(paper: Paper) -> Paper:
    """The head of the paper, for whom and when it was made, and one sign for all it told."""
    return replace(paper, subtitle="", blocks=[Paragraph(ERASED)])


def _struck(paper: Paper, change: Reword) -> Paper:
    """The paper with its words changed, those at its head as well."""
    title, subtitle = change(paper.title), change(paper.subtitle)
    return replace(kept.with_words(paper, change), title=title, subtitle=subtitle)


def shown(version: PaperVersion) -> Paper:
    """The paper as it is kept; its first line says since when words of it are gone."""
    paper = kept.as_paper(version.paper)
    if version.erased_at is None:
        return paper
    day = date_long(version.erased_at)
    said = _("Words of this paper were erased on %(day)s. It no longer reads as it did.", day=day)
    return replace(paper, blocks=[Paragraph(said), *paper.blocks])
