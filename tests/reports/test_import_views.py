"""The import wizard in the browser's order: upload, preview, questions, confirm, undo; and who may."""

import io
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from hazard_tracker.celery import app
from hazards import actions
from hazards.enums import BatchState, Status
from hazards.models import Hazard, ImportBatch
from parks.models import DepartmentAlias
from reports.ledger import actions as ledger_import
from reports.ledger.tasks import read_upload, save_upload
from tests.reports.workbooks import ledger, row

pytestmark = pytest.mark.django_db
LIST = "/import/"


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(user, content: bytes, name: str = "台账.xlsx", *, follow: bool = True):
    return as_(user).post("/import/new/", {"file": SimpleUploadedFile(name, content)}, follow=follow)


def address(batch: ImportBatch, verb: str = "") -> str:
    return reverse("reports:import_" + (verb or "detail"), args=[batch.pk])


@pytest.fixture
def preview(world):
    """A good ledger of two rows, read and waiting for confirmation."""
    upload(world.tf_a, ledger([row(), row(描述="另一条", 发生="1号楼（新来的厂）", 进度="已整改")]))
    return ImportBatch.objects.get()


@pytest.fixture
def imported(world, preview):
    as_(world.tf_a).post(address(preview, "confirm"))
    preview.refresh_from_db()
    assert preview.state == BatchState.DONE
    return preview


def test_upload_preview_confirm_list_undo(world):
    page = upload(world.tf_a, ledger([row(), row(描述="另一条", 发生="1号楼（新来的厂）", 进度="已整改")]))
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.faults, batch.skipped) == (BatchState.PREVIEW, 0, 0)
    assert not Hazard.objects.exists()
    text = page.content.decode()
    assert "确认导入 2 条" in text
    assert "新来的厂" in text
    assert "新企业" in text
    assert "待验收" in text

    page = as_(world.tf_a).post(address(batch, "confirm"), follow=True)
    assert "已导入 2 条隐患" in page.content.decode()
    assert f"?batch={batch.pk}" in page.content.decode()
    assert Hazard.objects.filter(batch=batch, reported_by=world.tf_a).count() == 2
    entry = AuditEntry.objects.get(act="台账导入")
    assert (entry.user, entry.address) == (world.tf_a, "127.0.0.1")
    assert "台账.xlsx" in as_(world.tf_a).get(LIST).content.decode()

    page = as_(world.tf_a).post(address(batch, "undo"), follow=True)
    assert "已撤销：2 条隐患已作废" in page.content.decode()
    assert set(Hazard.objects.values_list("status", flat=True)) == {Status.VOID}
    assert AuditEntry.objects.filter(act="撤销台账导入").count() == 1


def test_faults_are_shown_with_sheet_row_column_and_reason_and_nothing_can_be_confirmed(world):
    page = upload(world.lead, ledger([row(), row(描述=None, 上报="2021年9月31日")]))
    batch = ImportBatch.objects.get()
    text = page.content.decode()
    for words in (
        "安全隐患问题描述",
        "没有填写",
        "问题上报日期",
        "没有这一天：2021年9月31日",
        "共 1 行、2 处",
    ):
        assert words in text
    assert "确认导入" not in text
    as_(world.lead).post(address(batch, "confirm"))
    batch.refresh_from_db()
    assert batch.state == BatchState.PREVIEW
    assert not Hazard.objects.exists()

    answer = as_(world.lead).get(address(batch, "faults"))
    assert (
        "UTF-8''%E5%8F%B0%E8%B4%A6-%E6%9C%89%E8%AF%AF%E7%9A%84%E8%A1%8C.xlsx" in answer["Content-Disposition"]
    )
    assert [cell.value for cell in load_workbook(io.BytesIO(answer.content)).active["B"]][2:] == [5]
    good = as_(world.lead).get(address(batch, "faults") + "?rows=good")
    assert [cell.value for cell in load_workbook(io.BytesIO(good.content)).active["B"]][2:] == [4]
    assert AuditEntry.objects.filter(act="下载导入核对表").count() == 2


def test_unknown_units_are_asked_once_and_remembered(world):
    page = upload(world.tf_a, ledger([row(责任="市消防局"), row(责任="应急办", 描述="另一条")]))
    batch = ImportBatch.objects.get()
    assert "“市消防局”（1 行）是" in page.content.decode()
    assert "确认导入" not in page.content.decode()
    refused = as_(world.tf_a).post(address(batch, "confirm"), follow=True)
    assert "还有单位名称没有确认" in refused.content.decode()
    assert not Hazard.objects.exists()

    client = as_(world.tf_a)
    assert client.post(address(batch, "aliases"), {}).status_code == 422
    wrong = client.post(address(batch, "aliases"), {"unit_0": world.other.lead_department.pk})
    assert wrong.status_code == 422
    assert "请从列表中选择一个单位" in wrong.content.decode()
    assert not DepartmentAlias.objects.exists()

    page = client.post(address(batch, "aliases"), {"unit_0": world.xiaofang.pk}, follow=True)
    assert "市消防局" not in page.content.decode().split("这些单位名称")[1].split("</form>")[0]
    page = client.post(address(batch, "aliases"), {"unit_0": world.jingfa.pk}, follow=True)
    assert "确认导入 2 条" in page.content.decode()
    client.post(address(batch, "confirm"))
    assert set(Hazard.objects.values_list("responsible_department", flat=True)) == {
        world.xiaofang.pk,
        world.jingfa.pk,
    }
    assert AuditEntry.objects.filter(act="登记单位别名").count() == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("台账.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "另存为"),
        ("台账.csv", "序号,园区".encode(), "另存为"),
        ("空.xlsx", b"", "空的"),
    ],
)
def test_what_is_plainly_no_workbook_is_refused_beside_the_field(world, name, content, message):
    page = upload(world.lead, content, name)
    assert page.status_code == 422
    assert message in page.content.decode()
    assert not ImportBatch.objects.exists()


def test_no_file_chosen(world):
    page = as_(world.lead).post("/import/new/", {})
    assert page.status_code == 422
    assert "请选择要导入的工作簿" in page.content.decode()


def test_a_workbook_without_the_form_says_what_is_missing(world):
    page = upload(world.lead, ledger([row()], headings=["序号", "姓名"]))
    assert "没有找到隐患整治清单的表头" in page.content.decode()
    assert ImportBatch.objects.get().state == BatchState.FAILED


def test_everything_is_there_already(world, imported):
    page = upload(world.tf_a, ledger([row()]))
    text = page.content.decode()
    assert "都已存在" in text
    assert "请点“重新检查”" in text
    assert "确认导入" not in text


def test_a_second_confirmation_does_nothing(world, imported):
    page = as_(world.tf_a).post(address(imported, "confirm"), follow=True)
    assert "不会重复导入" in page.content.decode()
    assert Hazard.objects.count() == 2


def test_undo_after_somebody_worked_on_it(world, imported):
    actions.accept(Hazard.objects.get(status=Status.SUBMITTED).pk, by=world.tf_a2)
    page = as_(world.tf_a).post(address(imported, "undo"), follow=True)
    assert "不能撤销" in page.content.decode()
    imported.refresh_from_db()
    assert imported.state == BatchState.DONE


# --- progress and trouble -------------------------------------------------------------------------


def test_progress_is_shown_and_the_page_reloads_when_done(world, preview):
    ImportBatch.objects.update(state=BatchState.READING)
    ledger_import.tell_progress(preview.pk, 300, 5000)
    client = as_(world.tf_a)
    for page in (client.get(address(preview)), client.get(address(preview, "progress"))):
        assert "正在检查第 300 行，共 5000 行" in page.content.decode()
        assert "every 1s" in page.content.decode()
        assert "HX-Refresh" not in page
    ImportBatch.objects.update(state=BatchState.PREVIEW)
    assert client.get(address(preview, "progress"))["HX-Refresh"] == "true"


def test_without_a_broker_the_upload_is_kept_and_can_be_read_later(world, no_broker):
    page = upload(world.lead, ledger([row()]))
    assert "后台服务暂时不可用，文件已保存" in page.content.decode()
    batch = ImportBatch.objects.get()
    assert batch.state == BatchState.FAILED
    app.conf.task_always_eager = True
    page = as_(world.lead).post(address(batch, "retry"), follow=True)
    assert "确认导入 1 条" in page.content.decode()


def test_without_a_broker_a_confirmation_is_given_back(world, preview, no_broker):
    page = as_(world.tf_a).post(address(preview, "confirm"), follow=True)
    assert "还没有导入任何内容" in page.content.decode()
    assert "确认导入 2 条" in page.content.decode()
    assert not Hazard.objects.exists()


def test_an_unexpected_error_is_told_and_nothing_is_saved(world, preview, monkeypatch):
    def give_up(*args, **kwargs):
        raise OSError("disk")

    monkeypatch.setattr(ledger_import, "add_ledger_rows", give_up)
    ledger_import.claim_for_saving(preview)
    with pytest.raises(OSError, match="disk"):
        save_upload(preview.pk, world.tf_a.pk, "")
    preview.refresh_from_db()
    assert (preview.state, "出错" in preview.message) == (BatchState.PREVIEW, True)
    assert not Hazard.objects.exists()


def test_a_task_that_comes_twice_does_nothing(world, imported):
    read_upload(imported.pk)
    save_upload(imported.pk, world.tf_a.pk, "")
    assert Hazard.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="threads share no in-memory database")
def test_many_confirmations_at_once_import_once(world, preview):
    clients = [as_(world.tf_a) for _ in range(4)]

    def confirm(client):
        client.post(address(preview, "confirm"))
        connection.close()

    threads = [threading.Thread(target=confirm, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Hazard.objects.count() == 2


# --- who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("persona", ["lead", "dept_xincheng", "dept_xiaofang", "tf_a", "tf_b"])
def test_those_who_may_import(world, persona):
    assert as_(getattr(world, persona)).get(LIST).status_code == 200


@pytest.mark.parametrize("persona", ["leader", "assessor", "operator_a", "system_admin", "auditor"])
def test_those_who_may_not(world, persona):
    client = as_(getattr(world, persona))
    assert client.get(LIST).status_code == 403
    assert (
        client.post("/import/new/", {"file": SimpleUploadedFile("a.xlsx", ledger([row()]))}).status_code
        == 403
    )
    assert not ImportBatch.objects.exists()


def test_a_batch_is_its_uploaders_and_the_leads(world, preview):
    for name, person in world.personas().items():
        mine = name in ("tf_a", "lead", "lead_2")
        client = as_(person)
        assert client.get(address(preview)).status_code == (200 if mine else 404), name
        assert client.get(address(preview, "progress")).status_code == (200 if mine else 404), name
        assert client.get(address(preview, "faults")).status_code == (200 if mine else 404), name
        if not mine:
            for verb in ("confirm", "undo", "aliases", "retry"):
                assert client.post(address(preview, verb)).status_code == 404, (name, verb)
            if client.get(LIST).status_code == 200:
                assert "台账.xlsx" not in client.get(LIST).content.decode(), name
    assert not Hazard.objects.exists()


def test_who_lost_the_role_confirms_nothing(world, preview):
    world.task_force_a.members.filter(user=world.tf_a).delete()
    assert as_(world.tf_a).post(address(preview, "confirm")).status_code == 403
    assert not Hazard.objects.exists()


def test_anonymous_people_are_sent_to_the_login(world, preview):
    for path in (LIST, address(preview), address(preview, "faults")):
        assert Client().get(path)["Location"].startswith("/login/")


def test_writes_need_a_post(world, preview):
    for verb in ("confirm", "undo", "aliases", "retry"):
        assert as_(world.tf_a).get(address(preview, verb)).status_code == 405
