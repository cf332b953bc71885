"""Units as a plan's cells name them."""

import pytest

from campaigns.enums import PartyGroup
from campaigns.parties import GROUP_WORDS, group_named, readings, split_names


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("安全生产部、规划建设部、党政办", ["安全生产部", "规划建设部", "党政办"]),
        ("市消防救援大队\n市应急管理局", ["市消防救援大队", "市应急管理局"]),
        ("安全生产部、", ["安全生产部"]),
        ("各部、办、中心", ["各部、办、中心"]),
        ("\u3000", []),
    ],
)
def test_names_in_one_cell(cell, names):
    assert split_names(cell) == names


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
