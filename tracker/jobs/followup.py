"""Asking filers about a resource that can be used from now on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker.followup import asking


def ask_use_this(payload: Mapping[str, Any], at: datetime) -> None:
    """Whoever it may serve is asked; done again after a crash, nobody is asked twice."""
    asking.ask_use_this(payload["resource_id"], at=at)


HANDLERS = {asking.ASK_USE_THIS: ask_use_this}
