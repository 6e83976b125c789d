"""Aoi at the filing page."""

import pytest

from tests import factories
from tracker.accounts.roles import Role


@pytest.fixture
def aois(sign_in, aoi):
    """Aoi at her browser."""
    return sign_in(aoi)


@pytest.fixture
def typed(aoi):
    """A need as Aoi types it; words named are typed otherwise."""
    area, office = min(aoi.area_ids(Role.AGENCY)), min(aoi.organisation_ids(Role.AGENCY))
    return lambda **changes: {**factories.typed_case(area, office), **changes}
