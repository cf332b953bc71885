"""Official forms in the browser's order: upload, preview, questions, confirm, undo; and who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from campaigns.models import Measure, UnitDuty
from parks.models import Department, DepartmentAlias
from reports.enums import PlanForm, PlanImportState
from reports.models import PlanImport
from tests.reports.plan_workbooks import duties, measures

pytestmark = pytest.mark.django_db
LIST = "/reports/plans/"
GOOD = measures(["1", "消防通道不畅通", "清理占用的通道", "2021年9月", "市消防救援大队", "整治专班"])


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(user, content: bytes, form: str = "", name: str = "管控措施.xlsx"):
    data = {"file": SimpleUploadedFile(name, content), "form": form}
    return as_(user).post(LIST + "new/", data, follow=True)


def address(batch: PlanImport, verb: str = "") -> str:
    return reverse(f"reports:plan_import{verb and '_'}{verb}", args=[batch.pk])


def test_upload_preview_confirm_list_undo(world):
    page = upload(world.lead, GOOD).content.decode()
    batch = PlanImport.objects.get()
    assert (batch.form, batch.state) == (PlanForm.MEASURES, PlanImportState.PREVIEW)
    assert "确认导入，新增 1 条" in page
    assert "清理占用的通道" in page
    assert not Measure.objects.exists()

    page = as_(world.lead).post(address(batch, "confirm"), follow=True).content.decode()
    assert "已导入：新增 1 条，修改 0 条" in page
    assert Measure.objects.get().occurrences.exists()
    entry = AuditEntry.objects.get(act="导入方案")
    assert (entry.user, entry.address) == (world.lead, "127.0.0.1")
    assert "管控措施.xlsx" in as_(world.lead).get(LIST).content.decode()

    page = as_(world.lead).post(address(batch, "confirm"), follow=True).content.decode()
    assert "不会重复导入" in page
    assert Measure.objects.count() == 1

    page = as_(world.lead).post(address(batch, "undo"), follow=True).content.decode()
    assert "已撤销：删除新增的 1 条，恢复修改过的 0 条。" in page
    assert not Measure.objects.exists()
    assert AuditEntry.objects.filter(act="撤销方案导入").count() == 1


def test_the_same_form_again_has_nothing_to_confirm(world):
    upload(world.lead, GOOD)
    as_(world.lead).post(address(PlanImport.objects.get(), "confirm"))
    page = upload(world.lead, GOOD).content.decode()
    assert "与方案完全一致" in page
    assert "确认导入" not in page


def test_faults_are_shown_and_nothing_can_be_confirmed(world):
    page = upload(world.lead, measures(["1", "夹层", "拆除", "2021年9月31日", None])).content.decode()
    assert "没有这一天" in page
    assert "没有填写" in page
    assert "确认导入" not in page
    batch = PlanImport.objects.get()
    page = as_(world.lead).post(address(batch, "confirm"), follow=True).content.decode()
    assert "没有导入任何内容" in page
    assert not Measure.objects.exists()


def test_questions_are_asked_answered_and_remembered(world):
    content = duties(["消防支队", "巡查"], ["住建局", "验收"])
    page = upload(world.lead, content).content.decode()
    assert "“消防支队”（1 行）是" in page
    assert "新单位：登记“住建局”并加入本行动" in page
    batch = PlanImport.objects.get()
    page = as_(world.lead).post(address(batch, "units"), {"unit_0": "", "unit_1": ""})
    assert page.status_code == 422
    assert "请至少为一个单位名称选择" in page.content.decode()
    page = as_(world.lead).post(address(batch, "units"), {"unit_0": "987654", "unit_1": ""})
    assert "请从列表中选择一个单位" in page.content.decode()
    answers = {"unit_0": world.xiaofang.pk, "unit_1": "new"}
    page = as_(world.lead).post(address(batch, "units"), answers, follow=True).content.decode()
    assert "将新登记单位并加入本行动：住建局" in page
    as_(world.lead).post(address(batch, "confirm"))
    assert UnitDuty.objects.get(text="巡查").department == world.xiaofang
    assert UnitDuty.objects.get(text="验收").department == Department.objects.get(name="住建局")
    assert DepartmentAlias.objects.get().name == "消防支队"
    page = as_(world.lead).post(address(batch, "units"), answers, follow=True).content.decode()
    assert "状态已经变化" in page
    page = as_(world.lead).post(address(batch, "undo"), follow=True).content.decode()
    assert "加入本行动的单位保留：住建局" in page


def test_checked_again_when_units_were_mended(world):
    upload(world.lead, duties(["消防支队", "巡查"]))
    batch = PlanImport.objects.get()
    DepartmentAlias.objects.create(department=world.xiaofang, name="消防支队")
    page = as_(world.lead).post(address(batch, "retry"), follow=True).content.decode()
    assert "确认导入，新增 1 条" in page


def test_a_workbook_that_cannot_be_read_is_said_beside_the_box(world):
    client = as_(world.lead)
    for content, said in (
        (b"not a workbook", "这不是 .xlsx 工作簿"),
        (duties(), "表头下面没有内容"),
        (b"", "文件是空的"),
    ):
        data = {"file": SimpleUploadedFile("坏.xlsx", content), "form": PlanForm.DUTIES}
        page = client.post(LIST + "new/", data)
        assert page.status_code == 422
        assert said in page.content.decode()
        assert '<option value="longgang-1" selected>' in page.content.decode()
    assert not PlanImport.objects.exists()


def test_the_form_can_be_said(world):
    page = upload(world.lead, GOOD, PlanForm.DUTIES).content.decode()
    assert "部门责任清单" in page
    assert not PlanImport.objects.exists()


def test_the_list_offers_the_five_forms(world):
    page = as_(world.lead).get(LIST).content.decode()
    for form in PlanForm.values:
        assert f"/reports/forms/{form}.xlsx" in page


def test_an_undo_that_cannot_be_says_why(world):
    upload(world.lead, GOOD)
    batch = PlanImport.objects.get()
    as_(world.lead).post(address(batch, "confirm"))
    Measure.objects.update(title="别人改过")
    page = as_(world.lead).post(address(batch, "undo"), follow=True).content.decode()
    assert "不能撤销：管控措施“别人改过”导入后修改过“措施”" in page
    assert Measure.objects.exists()


def test_only_the_lead_bureau(world):
    upload(world.lead, GOOD)
    batch = PlanImport.objects.get()
    for user in (world.dept_xiaofang, world.leader, world.tf_a):
        assert as_(user).get(LIST).status_code == 403
        assert upload(user, GOOD).status_code == 403
    for user in (world.dept_xiaofang, world.other_lead):
        assert as_(user).get(address(batch)).status_code == 404
        assert as_(user).post(address(batch, "confirm")).status_code == 404
    assert PlanImport.objects.count() == 1
