"""Commands that scripts rely on."""

import io
import json
from datetime import date

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from campaigns.enums import Counting
from campaigns.models import CampaignUnit
from hazards.enums import EnforcementKind
from parks.models import Trait
from reports.indicators import INDICATORS
from reports.models import Report
from tests import factories


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def filled(world):
    world.park_a.region = factories.RegionFactory(name="某县")
    world.park_a.save()
    world.enterprise_a.traits.add(Trait.objects.create(name="使用剧毒"))
    factories.HazardFactory(
        task_force=world.task_force_a, category=world.category, enterprise=world.enterprise_a
    )
    factories.HazardFactory(
        task_force=world.task_force_b, category=world.category, found_on=date(2021, 9, 14)
    )
    factories.EnforcementFactory(
        campaign=world.campaign,
        enterprise=world.enterprise_a,
        department=world.xincheng,
        kind=EnforcementKind.FINE,
        amount="12345.67",
    )
    return world


def test_figures_as_json(filled):
    slug = filled.campaign.slug
    numbers = json.loads(run("figures", "--campaign", slug, "--as-of", "2021-09-15", "--json"))
    assert list(numbers) == [indicator.slug for indicator in INDICATORS]
    assert (numbers["found"], numbers["fines"], numbers["small_enterprises"]) == (2, 1.234567, 2)
    period = ("--as-of", "2021-09-15", "--from", "2021-09-13", "--json")
    assert json.loads(run("figures", "--campaign", slug, *period))["found"] == 1
    own = json.loads(
        run("figures", "--campaign", slug, "--as-of", "2021-09-15", "--unit", "新城中心", "--json")
    )
    assert own["found"] == 1


@pytest.mark.parametrize(
    ("by", "name"),
    [
        ("department", "市新城开发建设中心"),
        ("park", "甲园"),
        ("task_force", "甲园专班"),
        ("region", "某县"),
        ("trait", "使用剧毒"),
    ],
)
def test_figures_by_group(filled, by, name):
    text = run("figures", "--campaign", filled.campaign.slug, "--as-of", "2021-09-15", "--by", by, "--json")
    rows = json.loads(text)
    assert rows[name]["found"] == 1
    assert sum(row["found"] for row in rows.values()) == 2
    assert name in run("figures", "--campaign", filled.campaign.slug, "--as-of", "2021-09-15", "--by", by)


def test_figures_of_a_unit_that_types_are_unknown(filled):
    CampaignUnit.objects.filter(department=filled.xincheng).update(counting=Counting.TYPED)
    asked = ("figures", "--campaign", filled.campaign.slug, "--as-of", "2021-09-15")
    own = json.loads(run(*asked, "--unit", "新城中心", "--json"))
    assert set(own.values()) == {None}
    assert "发现隐患数（项）：未知" in run(*asked, "--unit", "新城中心")
    assert json.loads(run(*asked, "--json"))["found"] == 1


def test_figures_of_another_form(filled):
    text = run("figures", "--campaign", filled.campaign.slug, "--as-of", "2021-09-15",
               "--form", "zhengyang-2", "--json")  # fmt: skip
    told = json.loads(text)
    assert len(told) == 14
    assert (told["self_found"], told["unstudied"]) == (0, None)


def test_figures_say_of_which_days_they_are(filled):
    asked = ("figures", "--campaign", filled.campaign.slug, "--as-of")
    assert "累计（2021-07-01 至 2021-09-15）" in run(*asked, "2021-09-15")
    assert "本期（2021-07-01 至 2021-07-04）" in run(*asked, "2021-07-04", "--from", "2021-06-28")
    early = run(*asked, "2021-06-20")
    assert "早于累计起算日（2021-07-01）" in early and "发现隐患数（项）：0" in early


def test_figures_in_words(filled):
    text = run("figures", "--campaign", filled.campaign.slug, "--as-of", "2021-09-15")
    assert "发现隐患数（项）：2\n" in text
    assert "行政处罚（万元）：1.234567\n" in text


@pytest.mark.parametrize(
    ("form", "sheets"),
    [
        ("longgang-4", ["隐患整治清单"]),
        ("taizhou-2", ["周报表"]),
        ("weekly", ["周报表", "隐患整治清单", "逾期与即将到期", "本周变化", "数据来源"]),
        ("half-month", ["半月小结"]),
        ("bulletin", ["周通报"]),
        ("quarterly-plan", ["分季度处置计划"]),
        ("yearly", ["年度报告"]),
    ],
)
@pytest.mark.parametrize("unit", [(), ("--unit", "新城中心")])
def test_export(filled, tmp_path, form, sheets, unit):
    target = tmp_path / "出.xlsx"
    said = run("export", form, "--campaign", filled.campaign.slug, *unit, "--as-of", "2021-09-15",
               "-o", str(target))  # fmt: skip
    assert "已导出" in said
    assert openpyxl.load_workbook(target).sheetnames == sheets


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("figures", "--campaign", "nowhere", "--as-of", "2021-09-15"), "没有代号为“nowhere”的专项行动"),
        (("figures", "--campaign", "C", "--as-of", "2021-09-31"), "2021-09-31"),
        (
            ("figures", "--campaign", "C", "--as-of", "2021-09-15", "--by", "town"),
            "可用：department 责任单位",
        ),
        (
            ("figures", "--campaign", "C", "--as-of", "2021-09-15", "--form", "longgang-4"),
            "可用：.*taizhou-2 周报表.*zhengyang-2",
        ),
        (("figures", "--campaign", "C", "--as-of", "2021-09-15", "--from", "2021-09-16"), "晚于截止日期"),
        (
            ("figures", "--campaign", "C", "--as-of", "2021-09-15", "--unit", "火星局"),
            "可用单位：市经济发展局",
        ),
        (("export", "weekly", "--campaign", "C", "--as-of", "2021-09-16", "-o", "x.xlsx"), "晚于今天"),
        (("export", "weekly", "--campaign", "C", "-o", "."), "无法写入"),
        (
            ("export", "nothing", "--campaign", "C", "-o", "x.xlsx"),
            "可用：longgang-1、.*、longgang-4、.*taizhou-2、.*weekly",
        ),
        (("export", "weekly", "--campaign", "C", "-o", "/nowhere/x.xlsx"), "不存在"),
        (("compile_reports", "--campaign", "C", "--date", "2019-01-01"), "不在专项行动期间"),
        (("compile_reports", "--campaign", "C", "--date", "9999-12-31"), "可能的年份"),
        (("compile_reports", "--campaign", "C", "--date", "1900-01-01"), "（2000—2100 年）之内"),
    ],
)
def test_mistakes_are_explained(filled, arguments, said):
    given = [filled.campaign.slug if argument == "C" else argument for argument in arguments]
    with pytest.raises(CommandError, match=said):
        run(*given)


def test_unknown_campaign_lists_the_known(filled):
    with pytest.raises(CommandError, match=filled.campaign.slug):
        run("figures", "--campaign", "x", "--as-of", "2021-09-15")


def test_compile_reports_twice(filled):
    said = run("compile_reports", "--campaign", filled.campaign.slug, "--date", "2021-09-08")
    assert said.count("新生成") == 5
    again = run("compile_reports", "--campaign", filled.campaign.slug, "--date", "2021-09-08")
    assert again.count("内容无变化") == 5
    assert Report.objects.count() == 5


def test_help_is_chinese(capsys):
    for command in ("figures", "export", "compile_reports"):
        with pytest.raises(SystemExit):
            call_command(command, "--help")
        assert "专项行动代号" in capsys.readouterr().out
