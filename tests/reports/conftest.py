"""The small world as tests of reports need it."""

import pytest


@pytest.fixture
def bare(world):
    """The world without a ledger of enterprises: their number is typed in."""
    world.enterprise_a.active = world.enterprise_b.active = False
    world.enterprise_a.save()
    world.enterprise_b.save()
    return world
