"""Files with rows of the town that were asked for, and a text that was taken out."""

from collections.abc import Mapping

from tests.factories import person_called
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case
from tracker.core import clock, traces
from tracker.core.db import db
from tracker.privacy.exports import service
from tracker.privacy.exports.models import FREE_ROWS, Export, ExportKind, Purpose
from tracker.privacy.exports.service import ExportDraft
from tracker.privacy.keeping import queries as keeping
from tracker.privacy.keeping import service as redacting
from tracker.privacy.keeping.models import Redaction, RedactionReason
from tracker.privacy.keeping.service import Wish


def ask(by: Viewer, kind: ExportKind = ExportKind.CASES, **narrowed: str) -> Export:
    """A file that was asked for, to prepare a meeting."""
    draft = ExportDraft(kind, narrowed, Purpose.MEETING, "")
    export = service.ask(draft, by=by, at=clock.now())
    db.session.commit()
    return export


def note_paper(by: Viewer) -> None:
    """Somebody took a paper along, and it was noted."""
    standing = by.standings[0]
    db.session.add(
        Export(
            municipality_id=standing.municipality_id,
            organisation_id=standing.organisation_id,
            kind=ExportKind.PAPER,
            narrowed="/meetings/1/folder.pdf",
            person_id=by.person_id,
            asked_at=clock.now(),
        )
    )
    db.session.commit()


def take_out(case: Case, by: Viewer) -> Redaction:
    """The privacy officer took out what the case says had been missing."""
    record = keeping.get_record(by, "cases", case.id)
    text = f"cases.{case.id}.wanted"
    wish = Wish(text, "", RedactionReason.TELLS_PERSON, "住まいが分かる。", keep=True)
    redaction = redacting.redact(record, wish, by=by, at=clock.now())
    db.session.commit()
    return redaction


def opened(case: Case, by: Viewer) -> None:
    """Somebody opened the case, and it was noted."""
    traces.opened(by.person_id, "cases", case.id, at=clock.now())
    db.session.commit()
    traces.writer.flush()


def rows(
    cases: Mapping[str, Case], sato: Viewer, mori: Viewer, tani: Viewer
) -> dict[str, dict[str, Export]]:
    """Files of two towns, one waits for an answer; a case was opened by Sato, and lost a text."""
    take_out(cases["spare"], person_called("kansa"))
    opened(cases["spare"], sato)
    town = ask(mori)
    town.rows = FREE_ROWS + 1
    db.session.commit()
    return {"exports": {"town": town, "away": ask(tani)}}
