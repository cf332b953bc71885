"""`manage.py import_hazards`: what scripts rely on."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from accounts.models import AuditEntry
from hazards.models import Hazard, ImportBatch
from parks.models import DepartmentAlias, Enterprise
from tests.reports.workbooks import ledger, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(world, tmp_path):
    """Write a workbook and import it; gives the printed lines and the exit code."""

    def run(content: bytes, *options: str, by: str = "lead") -> tuple[list[str], int]:
        path = tmp_path / "台账.xlsx"
        path.write_bytes(content)
        out, code = io.StringIO(), 0
        try:
            call_command(
                "import_hazards",
                str(path),
                "--campaign",
                world.campaign.slug,
                "--as",
                by,
                *options,
                stdout=out,
                stderr=out,
            )
        except SystemExit as stop:
            code = int(str(stop.code))
        return out.getvalue().splitlines(), code

    return run


def test_a_ledger_and_the_same_again(run):
    content = ledger([row(描述=f"第{n}条") for n in range(3)])
    assert run(content) == (["imported 3, skipped 0, errors 0"], 0)
    lines, code = run(content)
    assert (lines[-1], code) == ("imported 0, skipped 3, errors 0", 0)
    assert "第 4 行已存在" in lines[0]
    assert Hazard.objects.count() == 3
    assert ImportBatch.objects.count() == 2
    assert AuditEntry.objects.filter(act="台账导入").count() == 2


def test_with_faults_nothing_is_saved(run, tmp_path):
    errors = tmp_path / "有误.xlsx"
    content = ledger([row(), row(描述=None, 园区="没有"), row(上报="2021年9月31日", 发生="1号楼（新厂）")])
    lines, code = run(content, "--errors", str(errors))
    assert (lines[-1], code) == ("imported 0, skipped 0, errors 2", 1)
    assert "有误：工作表“Sheet”第 5 行“安全隐患问题描述”：没有填写" in lines
    assert not Hazard.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not Enterprise.objects.filter(name="新厂").exists()
    assert load_workbook(errors).worksheets[0].max_row == 4


def test_a_dry_run_saves_nothing(run, world):
    content = ledger([row(责任="市消防局")])
    lines, code = run(content, "--dry-run", "--alias", "市消防局=市消防救援大队")
    assert (lines[-1], code) == ("imported 1, skipped 0, errors 0", 0)
    assert not Hazard.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not DepartmentAlias.objects.exists()


def test_an_unknown_unit_is_an_error_that_names_the_way_out(run, world):
    content = ledger([row(责任="市消防局")])
    lines, code = run(content)
    assert code == 1
    assert '--alias "市消防局=' in "\n".join(lines)
    assert run(content, "--alias", "市消防局=消防大队")[0][-1] == "imported 1, skipped 0, errors 0"
    assert Hazard.objects.get().responsible_department == world.xiaofang
    # The answer is kept: the next ledger does not need it.
    assert run(ledger([row(责任="市消防局", 描述="另一条")]))[0][-1] == "imported 1, skipped 0, errors 0"


def test_an_unreadable_file(run):
    lines, code = run(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    assert (lines[-1], code) == ("imported 0, skipped 0, errors 1", 1)
    assert "另存为" in lines[0]


def test_the_rights_of_the_person_hold(run):
    content = ledger([row(), row(园区="乙园", 发生="1号楼")])
    assert run(content, by="tf_a")[0][-1] == "imported 0, skipped 0, errors 1"
    for nobody in ("leader", "operator_a", "other_lead"):
        with pytest.raises(CommandError, match="没有在"):
            run(content, by=nobody)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--alias", "市消防局"], "别名=单位"),
        (["--alias", "市消防局=没有这个局"], "准确名称"),
    ],
)
def test_wrong_options_are_explained(run, options, message):
    with pytest.raises(CommandError, match=message):
        run(ledger([row()]), *options)


def test_an_unknown_campaign_person_or_file(world, tmp_path):
    path = str(tmp_path / "没有.xlsx")
    for arguments, message in (
        ([path, "--campaign", "nothing", "--as", "lead"], world.campaign.slug),
        ([path, "--campaign", world.campaign.slug, "--as", "nobody"], "nobody"),
        ([path, "--campaign", world.campaign.slug, "--as", "lead"], "无法打开"),
    ):
        with pytest.raises(CommandError, match=message):
            call_command("import_hazards", *arguments)


def test_a_failure_while_saving_leaves_no_file_behind(run, world, settings, monkeypatch):
    """A disk or database that gives up half-way: here the history table refuses."""
    from hazards.models import StatusChange

    def refuse(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr(StatusChange.objects, "bulk_create", refuse)
    with pytest.raises(OSError, match="no space"):
        run(ledger([row()]))
    assert not Hazard.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_help_is_chinese():
    from reports.management.commands.import_hazards import Command

    assert "附件4" in Command().create_parser("manage.py", "import_hazards").format_help()
