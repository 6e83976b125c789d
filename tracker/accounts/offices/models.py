"""What was read of a national file for one town, until it is taken over or left."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model


class OfficeFile(Model):
    """The offices of one town, as a file told of them; the file itself is not kept."""

    __tablename__ = "office_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipalities.id"), index=True)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
