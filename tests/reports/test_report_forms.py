"""Numbers as people type and paste them into a report."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from reports.signing.forms import FigureField


@pytest.mark.parametrize(
    ("pasted", "read"),
    [
        ("１２３", "123"),
        ("１２．５", "12.5"),
        ("1,234", "1234"),
        ("1，234，567", "1234567"),
        (" 12 345 ", "12345"),
        ("\u300056", "56"),
        ("－5", "-5"),
    ],
)
def test_a_pasted_number_is_understood(pasted, read):
    assert FigureField().clean(pasted) == Decimal(read)


@pytest.mark.parametrize("text", ["十二", "约12", "1,2", "12家", "1.2.3", "NaN"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValidationError):
        FigureField().clean(text)


def test_nothing_stays_nothing():
    assert FigureField(required=False).clean("　") is None
