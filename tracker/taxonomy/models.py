"""What the town speaks in: types of act, classes of work, coded answers, guidance.

All of it is data with dates (`data/*.csv` at birth), because the classification will change.
"""

import enum
from datetime import date

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import BilingualName, Model


class ActFamily(BilingualName, Model):
    """One of the 19 families, by the two letters its types begin with."""

    __tablename__ = "act_families"

    code: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    position: Mapped[int] = mapped_column(index=True)


class ActType(BilingualName, Model):
    """行為種別: what a care manager did or was asked for; a code is retired, never reused."""

    __tablename__ = "act_types"

    code: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    family_code: Mapped[str] = mapped_column(sa.ForeignKey("act_families.code"), index=True)
    example_ja: Mapped[str] = mapped_column(sa.String(200))
    example_en: Mapped[str] = mapped_column(sa.String(300))
    handoff_ja: Mapped[str] = mapped_column(sa.String(200))  # who usually could do it instead
    handoff_en: Mapped[str] = mapped_column(sa.String(300))
    cues: Mapped[str] = mapped_column(sa.String(300))  # words that point to it, space between
    danger: Mapped[str] = mapped_column(sa.String(20), default="")  # list danger; "" for none
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    family: Mapped[ActFamily] = relationship(lazy="raise")


class WorkClass(BilingualName, Model):
    """業務の類型: one of the ministry's four classes of a care manager's work."""

    __tablename__ = "work_classes"

    code: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    meaning_ja: Mapped[str] = mapped_column(sa.String(300))
    meaning_en: Mapped[str] = mapped_column(sa.String(300))


class PlacementBasis(enum.StrEnum):
    """Why an act type stands in a class."""

    NAMED = "named"
    INFERRED = "inferred"
    NONE = "none"


BASIS_LABELS: dict[PlacementBasis, LazyString] = {
    PlacementBasis.NAMED: _l("named by the ministry"),
    PlacementBasis.INFERRED: _l("placed by us, by likeness to what the ministry named"),
    PlacementBasis.NONE: _l("the ministry has placed it nowhere"),
}


class ClassPlacement(Model):
    """Which class an act type belongs to from a day on; no class means "not decided"."""

    __tablename__ = "class_placements"

    act_type_code: Mapped[str] = mapped_column(sa.ForeignKey("act_types.code"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    work_class_code: Mapped[str | None] = mapped_column(
        sa.ForeignKey("work_classes.code"), index=True
    )
    basis: Mapped[PlacementBasis]
    source: Mapped[str] = mapped_column(sa.String(200))

    work_class: Mapped[WorkClass | None] = relationship(lazy="raise")


class CodeList(enum.StrEnum):
    """Lists of coded answers."""

    GAP = "gap"
    REQUESTER = "requester"
    OUTCOME = "outcome"
    URGENCY = "urgency"
    ABILITY_TO_PAY = "ability_to_pay"
    HOUR_BAND = "hour_band"
    CHARGE = "charge"
    CHARGE_BAND = "charge_band"
    PAID_BY = "paid_by"
    AGE_BAND = "age_band"
    CARE_LEVEL = "care_level"
    HOUSEHOLD = "household"
    DANGER = "danger"
    ACTED_BECAUSE = "acted_because"
    BODIES_AGREED = "bodies_agreed"
    STEP_RESULT = "step_result"
    TRIED = "tried"
    CALL_TARGET = "call_target"
    CALL_ANSWER = "call_answer"
    RESOURCE_CATEGORY = "resource_category"
    PROVIDER_TYPE = "provider_type"
    FORMALITY = "formality"
    FEE = "fee"
    ACTION_KIND = "action_kind"


class Code(BilingualName, Model):
    """One coded answer of one list."""

    __tablename__ = "codes"

    list: Mapped[CodeList] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    meaning_ja: Mapped[str] = mapped_column(sa.String(300))
    meaning_en: Mapped[str] = mapped_column(sa.String(300))
    position: Mapped[int]


class ResourceCategoryType(Model):
    """A category of resources usually serves this act type."""

    __tablename__ = "resource_category_types"

    category: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    act_type_code: Mapped[str] = mapped_column(
        sa.ForeignKey("act_types.code"), primary_key=True, index=True
    )


class Guidance(Model):
    """A row of the official table of responses, in our own words, versioned."""

    __tablename__ = "guidances"
    __table_args__ = (sa.UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(30))
    version: Mapped[int]
    valid_from: Mapped[date]
    title_ja: Mapped[str] = mapped_column(sa.String(120))
    title_en: Mapped[str] = mapped_column(sa.String(120))
    cannot_ja: Mapped[str] = mapped_column(sa.String(500))  # what a care manager cannot do
    cannot_en: Mapped[str] = mapped_column(sa.String(500))
    note_ja: Mapped[str] = mapped_column(sa.String(500))
    note_en: Mapped[str] = mapped_column(sa.String(500))
    source_ja: Mapped[str] = mapped_column(sa.String(500))
    source_en: Mapped[str] = mapped_column(sa.String(500))
    source_on: Mapped[date]

    steps: Mapped[list["GuidanceStep"]] = relationship(
        lazy="raise", order_by="GuidanceStep.position, GuidanceStep.id"
    )


class GuidanceStep(Model):
    """One thing to try, and whom to link with."""

    __tablename__ = "guidance_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    guidance_id: Mapped[int] = mapped_column(sa.ForeignKey("guidances.id"), index=True)
    position: Mapped[int]
    text_ja: Mapped[str] = mapped_column(sa.String(500))
    text_en: Mapped[str] = mapped_column(sa.String(500))
    link_with_ja: Mapped[str] = mapped_column(sa.String(300))
    link_with_en: Mapped[str] = mapped_column(sa.String(300))


class GuidanceActType(Model):
    """The guidance with this key serves this act type."""

    __tablename__ = "guidance_act_types"

    guidance_key: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    act_type_code: Mapped[str] = mapped_column(
        sa.ForeignKey("act_types.code"), primary_key=True, index=True
    )
