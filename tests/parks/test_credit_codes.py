"""Credit codes: doubtful ones are named, an empty one is no doubt."""

import pytest

from parks.credit_codes import doubtful_code


@pytest.mark.parametrize(
    ("code", "doubtful"),
    [
        ("", False),
        ("  ", False),
        ("91110000600037341L", False),
        ("9111 0000 6000 3734 1l", False),
        ("911100006000373410", True),
        ("91110000600037341", True),
        ("统一社会信用代码", True),
    ],
)
def test_what_deserves_a_second_look(code, doubtful):
    assert doubtful_code(code) is doubtful
