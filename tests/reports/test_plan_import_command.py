"""`manage.py import_plan`: what scripts rely on."""

import io

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import UnitDuty
from parks.models import Department, DepartmentAlias
from reports.models import PlanImport
from tests.reports.plan_workbooks import duties

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(world, tmp_path):
    """Write a workbook and import it; gives the printed lines and the exit code."""

    def run(content: bytes, *options: str, by: str = "lead") -> tuple[list[str], int]:
        path = tmp_path / "责任清单.xlsx"
        path.write_bytes(content)
        out, code = io.StringIO(), 0
        given = [str(path), "--campaign", world.campaign.slug, "--as", by, *options]
        try:
            call_command("import_plan", *given, stdout=out, stderr=out)
        except SystemExit as stop:
            code = int(str(stop.code))
        return out.getvalue().splitlines(), code

    return run


def test_a_form_and_the_same_again(run):
    content = duties(["市消防救援大队", "1.巡查\n2.整改"])
    assert run(content) == (["表格：部门责任清单", "added 2, changed 0, unchanged 0, errors 0"], 0)
    lines, code = run(content)
    assert (lines[-1], code) == ("added 0, changed 0, unchanged 2, errors 0", 0)
    lines, code = run(duties(["市消防救援大队", "1.巡查\n2.整改到位"]))
    assert (lines[-1], code) == ("added 0, changed 1, unchanged 1, errors 0", 0)


def test_a_dry_run_saves_nothing(run):
    lines, code = run(duties(["市消防救援大队", "巡查"]), "--dry-run")
    assert (lines[-1], code) == ("added 1, changed 0, unchanged 0, errors 0", 0)
    assert not UnitDuty.objects.exists()
    assert not PlanImport.objects.exists()


def test_with_faults_or_unknown_units_nothing_is_saved(run):
    lines, code = run(duties(["市消防救援大队", None], ["住建局", "巡查"], ["执法局", "拆违"]))
    assert (lines[-1], code) == ("added 0, changed 0, unchanged 0, errors 2", 1)
    assert any("第 4 行“工作职责”：没有填写" in line for line in lines)
    assert any('--alias "住建局=单位名称"' in line for line in lines)
    assert not UnitDuty.objects.exists()


def test_aliases_are_taken_and_remembered(run, world):
    content = duties(["消防支队", "巡查"], ["住建局", "验收"])
    lines, code = run(content, "--alias", "消防支队=市消防救援大队", "--alias", "住建局=新单位")
    assert (lines[-1], code) == ("added 2, changed 0, unchanged 0, errors 0", 0)
    assert DepartmentAlias.objects.get().department == world.xiaofang
    assert Department.objects.filter(name="住建局").exists()
    assert run(content)[0][-1] == "added 0, changed 0, unchanged 2, errors 0"


def test_the_form_may_be_said(run):
    lines, code = run(duties(["市消防救援大队", "巡查"]), "--form", "longgang-2")
    assert (lines[-1], code) == ("added 0, changed 0, unchanged 0, errors 1", 1)


@pytest.mark.parametrize(
    ("options", "by", "why"),
    [
        ((), "xiaofang", "不是“测试专项行动"),
        ((), "nobody", "没有用户名为 nobody"),
        (("--alias", "甲=没有的局"), "lead", "须写成“别名=单位”"),
    ],
)
def test_who_and_what_is_refused(run, options, by, why):
    with pytest.raises(CommandError, match=why):
        run(duties(["市消防救援大队", "巡查"]), *options, by=by)


def test_no_file_is_said(world):
    with pytest.raises(CommandError, match="无法打开文件"):
        call_command("import_plan", "/none.xlsx", "--campaign", world.campaign.slug, "--as", "lead")
