"""Pure: a letter to the prefecture as a paper, from the words it was frozen with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker.core.i18n import bracketed, date_long
from tracker.formats.papers import Block, Facts, Heading, Paper, Paragraph


def letter_paper(sheet: Mapping[str, Any], *, erased_at: datetime | None = None) -> Paper:
    """The letter in the language it was made in: nothing is read anew, whoever prints it when.

    Call it with that language in force, for the words around it.

    :param erased_at: since when words of it are gone; says so at its head
    """
    title = _("Letter about a regional issue")
    number = _("Number %(number)s", number=sheet["number"])
    return Paper(
        title=title,
        subtitle=sheet["title"],
        footer_left=f"{title}{bracketed(number)}",
        confidential=False,
        blocks=[
            *_gone(erased_at),
            Facts(
                [
                    (_("Number"), sheet["number"]),
                    (_("Date"), sheet["day"]),
                    (_("Addressed to"), sheet["addressee"]),
                    (_("Sent by"), sheet["sender"]),
                ]
            ),
            Heading(1, _("What it is about")),
            Facts(_pairs(sheet["about"])),
            Heading(1, _("The issue")),
            Facts(_pairs(sheet["parts"])),
            Heading(1, _("Figures")),
            Facts(_pairs(sheet["figures"])),
            Paragraph(
                _(
                    "Small figures are not shown and the others are rounded, so that nobody can "
                    "be recognised. No case and no office is named."
                )
            ),
            Heading(1, _("What the prefecture is asked for")),
            Paragraph(sheet["request"]),
        ],
        language=sheet["language"],
    )


def _gone(erased_at: datetime | None) -> list[Block]:
    if erased_at is None:
        return []
    said = _(
        "Words of this letter were erased on %(day)s. It no longer reads as it was sent.",
        day=date_long(erased_at),
    )
    return [Paragraph(said)]


def _pairs(rows: list[list[str]]) -> list[tuple[str, str]]:
    return [(term, text) for term, text in rows]
