"""A town's Word file, a paper made for members, a person's secret calendar address."""

import sqlalchemy as sa

from tests.formats.word_files import word_file
from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.core import clock
from tracker.core.db import db
from tracker.exchange.calendar import service as calendar
from tracker.exchange.versions import service as versions
from tracker.exchange.versions.models import Audience, PaperVersion
from tracker.exchange.versions.service import VersionDraft
from tracker.exchange.word_templates import service as word_templates
from tracker.exchange.word_templates.models import TemplateKind, WordTemplate
from tracker.exchange.word_templates.service import FileDraft
from tracker.formats.papers import Paper, Paragraph
from tracker.meetings import queries as meetings
from tracker.meetings.models import Meeting


def send_file(by: Viewer) -> WordTemplate:
    """A file of the town for its agendas, not in use."""
    (town,) = by.municipality_ids(Role.OFFICER)
    draft = FileDraft(town, TemplateKind.AGENDA, "市章を入れた。", word_file("{{ 会議名 }}"))
    template = word_templates.take_in(draft, by=by, at=clock.now())
    db.session.commit()
    return template


def make_version(meeting: Meeting, by: Viewer) -> PaperVersion:
    """A paper of the meeting for its members."""
    paper = Paper("会議", "資料", "会議", True, [Paragraph("次第のとおり。")])
    draft = VersionDraft(Audience.MEMBERS)
    version = versions.make(meeting, paper, draft, by=by, at=clock.now())
    db.session.commit()
    return version


def examples(by: Viewer) -> dict[str, object]:
    """One of each, by the name it has in addresses; of the first meeting that is published."""
    token = calendar.make_address(by=by, at=clock.now())
    template = send_file(by)
    published = sa.select(sa.func.min(Meeting.id)).where(Meeting.published_at.is_not(None))
    meeting = meetings.get_meeting(by, db.session.scalars(published).one())
    return {
        "word_template_id": template.id,
        "version_id": make_version(meeting, by).id,
        "feed_token": token,
    }
