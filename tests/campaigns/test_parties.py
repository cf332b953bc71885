"""Units as a plan's cells name them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.enums import PartyGroup
from campaigns.parties import GROUP_WORDS, group_named, readings, split_names


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("安全生产部、规划建设部、党政办", ["安全生产部", "规划建设部", "党政办"]),
        ("市消防救援大队\n市应急管理局", ["市消防救援大队", "市应急管理局"]),
        ("安全生产部、", ["安全生产部"]),
        ("各部、办、中心", ["各部、办、中心"]),
        ("安全生产部、各部、办、中心、园区各企业", ["安全生产部", "各部、办、中心", "园区各企业"]),
        ("各部、办、中心。\r\n规模以上企业", ["各部、办、中心", "规模以上企业"]),
        ("局甲，，局乙；\n\n局甲", ["局甲", "局乙", "局甲"]),
        ("\u3000", []),
    ],
)
def test_names_in_one_cell(cell, names):
    assert split_names(cell) == names


@given(st.text("各部办中心局甲乙园区企业、，,；;\n\r 。", max_size=30))
def test_no_letter_of_a_name_is_lost(cell):
    """Only marks between names and blanks around them go; each name comes out as it stands in the cell."""
    names = split_names(cell)
    assert all(name and name in cell for name in names)
    marks = str.maketrans("", "", "、，,；;。\n\r ")
    assert "".join(names).translate(marks) == cell.translate(marks)


@pytest.mark.parametrize("name", ["安全生产部、", "负安全生产部", "负责安全生产部；", "由安全生产部"])
def test_stray_marks(name):
    assert readings(name)[0] == name
    assert "安全生产部" in readings(name)


@pytest.mark.parametrize("name", ["负责人", "由市", "安全生产部"])
def test_a_name_that_only_looks_stray_is_kept(name):
    assert name in readings(name)


def test_each_word_for_a_set_means_one():
    words = [(word, group) for group in PartyGroup for word in GROUP_WORDS[group]]
    assert all(group_named(word) == group for word, group in words)
    assert group_named("市应急管理局") is None
