"""Pure: a letter to the prefecture as a paper, from the words it was frozen with."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from tracker.core.i18n import bracketed
from tracker.formats.papers import Facts, Heading, Paper, Paragraph


def letter_paper(sheet: Mapping[str, Any]) -> Paper:
    """The letter in the language it was made in: nothing is read anew, whoever prints it when.

    Call it with that language in force, for the words around it.
    """
    title = _("Letter about a regional issue")
    number = _("Number %(number)s", number=sheet["number"])
    return Paper(
        title=title,
        subtitle=sheet["title"],
        footer_left=f"{title}{bracketed(number)}",
        confidential=False,
        blocks=[
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


def _pairs(rows: list[list[str]]) -> list[tuple[str, str]]:
    return [(term, text) for term, text in rows]
