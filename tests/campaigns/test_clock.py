"""What is written down afterwards goes by the day on which it was done."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from campaigns.clock import done_at, moment_told
from campaigns.models import Campaign

THEN = timezone.make_aware(datetime(2021, 11, 15, 8, 40))


@pytest.mark.parametrize("clock", [None, date(2021, 12, 1)])
def test_the_moment_told_stands_above_both_clocks(clock):
    campaign = Campaign(clock=clock)
    with done_at(THEN):
        assert campaign.today() == date(2021, 11, 15)
        assert campaign.now() == THEN
    assert campaign.today() == (clock or timezone.localdate())


def test_an_error_within_leaves_nothing_behind():
    with pytest.raises(ValueError, match="within"), done_at(THEN):
        raise ValueError("within")
    assert moment_told() is None
