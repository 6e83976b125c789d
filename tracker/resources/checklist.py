"""What has to be looked up of a lifelong-support business before it may be recommended.

Points in our words. Sources: guideline for businesses that support older people for life
(高齢者等終身サポート事業者ガイドライン, nine ministries and agencies, June 2024): what to explain
before a contract, prepayments, cancellation, gifts, failing judgement, after-death tasks, records
and disclosure; committee on care management, 24 June 2024: length, deposit, cancellation and
after-death clauses.
"""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Point:
    """One thing its papers have to say."""

    code: str
    text: LazyString


POINTS: tuple[Point, ...] = (
    Point("papers", _l("Before the contract, everything important is explained on paper")),
    Point("prices", _l("Each service has its price: entry fee, monthly fee, each occasion")),
    Point("length", _l("How long the contract runs, and how it is renewed")),
    Point("deposit", _l("Deposit: how much, kept apart from the business’s own money, and where")),
    Point("cancel", _l("How the contract can be cancelled, what that costs, what is paid back")),
    Point("gifts", _l("No gift or bequest to the business is a condition")),
    Point("judgement", _l("What is done when the person can no longer decide: guardianship")),
    Point("emergency", _l("Who comes in an emergency or at night, and within what time")),
    Point(
        "death", _l("After death: which tasks, at what price, and who checks that they were done")
    ),
    Point("records", _l("What was done and paid is written down and shown to the person")),
    Point("accounts", _l("The business shows its accounts and who is responsible")),
    Point("complaints", _l("Where to complain, inside and outside the business")),
)
CODES = frozenset(point.code for point in POINTS)
