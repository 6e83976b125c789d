"""Invitations as letters: one page an office, with a square code that opens its link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.accounts.calling import Contact
from tracker.accounts.letters.service import Letter
from tracker.core import clock
from tracker.core.i18n import date_long, named
from tracker.formats.papers import Block, Facts, Heading, PageBreak, Paper, Paragraph, Qr


@dataclass(frozen=True)
class Written:
    """A letter in words."""

    to: str
    address: str
    lines: Sequence[str]
    link: str
    until: str


def written(letters: Sequence[Letter], base: str) -> list[Written]:
    """The letters in the page's language, in their order.

    :param base: what stands before the token in an address
    """
    return [
        Written(
            _("%(office)s, for the attention of everybody", office=named(letter.office)),
            letter.office.address,
            lines(letter.sender),
            f"{base}{letter.token}",
            _last_day(letter.expires_at),
        )
        for letter in letters
    ]


def lines(sender: Contact) -> list[str]:
    """What the letter says, in paragraphs."""
    return [
        _(
            "%(town)s invites your office to Kakehashi. With it you report in three minutes what "
            "nobody but the care manager could do, the support centre of the area answers, and "
            "what repeats comes before the regional care meeting of the town.",
            town=sender.town,
        ),
        _(
            "Please open the code or the address below and make the account of your office. "
            "Whoever makes it can invite the colleagues of the office."
        ),
        _(
            "The letter opens one account, once. Please do not hand it on. If it has run out, "
            "the town or the support centre sends a new one; this one then counts no more."
        ),
        how_to_check(sender),
    ]


def how_to_check(sender: Contact) -> str:
    """How the office makes sure that the letter is the town's, by telephone where one is known."""
    if not sender.phone:
        return _(
            "If you are not sure that this letter is genuine, please ask %(sender)s before you "
            "open the address.",
            sender=sender.name,
        )
    return _(
        "If you are not sure that this letter is genuine, please call %(sender)s, telephone "
        "%(phone)s, before you open the address. The switchboard of the town puts you through "
        "as well.",
        sender=sender.name,
        phone=sender.phone,
    )


def sent_by(sender: Contact) -> list[tuple[str, str]]:
    """Town and division, and how they are reached, as rows; what is not entered is left out."""
    rows = [(_("Sent by"), sender.name), (_("Telephone"), sender.phone)]
    return [row for row in (*rows, (_("Mail address"), sender.mail)) if row[1]]


def _last_day(expires_at: datetime) -> str:
    return date_long(clock.local(expires_at))


def letter_paper(letters: Sequence[Written], *, sender: Contact, today: date) -> Paper:
    """The letters as one paper, a page each."""
    title = _("Invitation to Kakehashi")
    blocks: list[Block] = []
    for number, letter in enumerate(letters):
        blocks += [PageBreak(), Heading(1, title)] if number else []
        to = [(_("To"), letter.to), (_("Address for letters"), letter.address)]
        facts = [*to, *sent_by(sender), (_("Date"), date_long(today))]
        blocks.append(Facts([(term, said) for term, said in facts if said]))
        blocks += [Paragraph(line) for line in letter.lines]
        blocks.append(Qr(letter.link, _("Make the account")))
        blocks.append(
            Facts([(_("Address of the page"), letter.link), (_("Counts until"), letter.until)])
        )
    return Paper(
        title=title,
        subtitle="",
        footer_left=sender.name,
        confidential=False,  # it goes to another house; its link is for that house alone
        mark=_("For the office named only"),
        blocks=blocks,
        language=str(get_locale()),
        apart=True,
    )
