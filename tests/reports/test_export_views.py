"""Long lists in the browser: asked for, followed, cancelled, fetched, made anew; and whose they are."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from campaigns.models import TaskForceMember
from hazard_tracker.celery import app
from hazards.models import Hazard
from reports.enums import ExportState
from reports.exports import actions as export_actions
from reports.exports.tasks import tend_exports
from reports.exports.views import PAGE
from reports.models import Export
from tests.factories import HazardFactory
from tests.reports.exports import NOW, asked, descriptions, ledger_of, written

LIST = "/reports/exports/"


@pytest.fixture
def long_list(world, monkeypatch):
    """A ledger that is too long to be sent at once."""
    monkeypatch.setattr("reports.exports.downloads.AT_ONCE", 2)
    ledger_of(world, "一", "二", "三")
    return world


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(export, verb=""):
    return reverse(f"reports:export{verb}", args=[export.pk])


def page(user, export, verb=""):
    answer = as_(user).get(address(export, verb))
    assert answer.status_code == 200
    return answer.content.decode()


def ask_for(user, **params):
    return as_(user).get(reverse("reports:export_hazards"), params)


def test_a_long_list_is_written_and_fetched(long_list):
    answer = ask_for(long_list.lead, sort="found_on", park="999999")
    export = Export.objects.get()
    assert answer.url == address(export)
    assert export.query == "sort=found_on", "what was no filter is not asked for later"
    text = page(long_list.lead, export)
    assert "已生成，共 3 行" in text and address(export, "_download") in text
    assert "没有筛选" in text
    file = as_(long_list.lead).get(address(export, "_download"))
    assert descriptions(b"".join(file.streaming_content)) == ["一", "二", "三"]
    assert quote("隐患整治清单-20210915.xlsx") in file["Content-Disposition"]
    assert file["X-Content-Type-Options"] == "nosniff" and "no-store" in file["Cache-Control"]
    acts = AuditEntry.objects.values_list("act", flat=True)
    assert [act for act in acts.order_by("pk") if "导出" in act] == [
        "申请导出清单",
        "导出表格",
        "下载导出清单",
    ]


def test_a_short_list_is_sent_at_once(long_list):
    answer = ask_for(long_list.lead, found_to="2021-09-02", sort="found_on")
    assert descriptions(b"".join(answer.streaming_content)) == ["一", "二"]
    assert not Export.objects.exists()


@pytest.mark.parametrize("which", ["hazards", "assigned"])
def test_the_five_lists_too(long_list, which, monkeypatch):
    monkeypatch.setattr("reports.exports.downloads.AT_ONCE", -1)
    answer = as_(long_list.lead).get(reverse("reports:five_list", args=[which]), {"level": "general"})
    export = Export.objects.get()
    assert (answer.url, export.what, export.query) == (address(export), which, "level=general")
    assert export.state == ExportState.DONE
    assert "筛选条件：等级：一般。" in page(long_list.lead, export)
    assert "等级：一般" in as_(long_list.lead).get(LIST).content.decode()


def test_ticked_ones_keep_to_themselves(long_list):
    three = [f"{hazard.pk}.1" for hazard in Hazard.objects.all()]
    HazardFactory(task_force=long_list.task_force_a, category=long_list.category, description="没勾")
    answer = as_(long_list.lead).post(reverse("reports:export_hazards") + "?sort=found_on", {"hazard": three})
    export = Export.objects.get()
    assert answer.url == address(export)
    file = as_(long_list.lead).get(address(export, "_download"))
    assert descriptions(b"".join(file.streaming_content)) == ["一", "二", "三"]


def test_who_only_looks_puts_nothing_in_the_queue(long_list):
    assert as_(long_list.lead).head(reverse("reports:export_hazards")).url == LIST
    assert not Export.objects.exists()


def test_more_than_a_sheet_holds_is_not_begun(long_list, monkeypatch):
    monkeypatch.setattr("reports.exports.downloads.MOST_ROWS", 2)
    client = as_(long_list.lead)
    answer = client.get(reverse("reports:export_hazards"), {"level": "general"})
    assert answer.url == f"{reverse('hazards:list')}?level=general"
    assert "一张工作表最多容纳 2 条" in client.get(answer.url).content.decode()
    assert not Export.objects.exists()


def test_without_a_broker_nothing_is_lost(long_list, no_broker):
    client = as_(long_list.lead)
    text = client.get(reverse("reports:export_hazards"), follow=True).content.decode()
    assert "清单已排队，恢复后自动生成" in text and "排队中，即将开始" in text
    export = Export.objects.get()
    Export.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    tend_exports()
    assert Export.objects.get().state == ExportState.WAITING
    app.conf.task_always_eager = True
    tend_exports()
    assert "已生成，共 3 行" in page(long_list.lead, export)


def test_the_queue_of_one_person_is_short(long_list):
    for number in range(3):
        asked(long_list, long_list.lead, query=f"q={number}")
    client = as_(long_list.lead)
    text = client.get(reverse("reports:export_hazards"), follow=True).content.decode()
    assert "您已有 3 份清单在排队或生成" in text
    assert Export.objects.count() == 3


def test_progress_is_shown_until_it_is_over(world):
    other = asked(world, world.lead_2, now=NOW - timedelta(minutes=1))
    export = asked(world, world.lead, total=5000)
    assert "前面还有 1 份清单，共 5000 行" in page(world.lead, export, "_progress")
    export_actions.cancel(other.pk, by=world.lead_2, now=NOW)
    held = export_actions.claim(export.pk, now=NOW)
    export_actions.tell(held, now=NOW, done=1250, total=5000)
    for answer in (as_(world.lead).get(address(export)), as_(world.lead).get(address(export, "_progress"))):
        text = answer.content.decode()
        assert "正在写第 1250 行，共 5000 行（25%）" in text and "every 1s" in text
        assert "HX-Refresh" not in answer
    assert "25%" in as_(world.lead).get(LIST).content.decode()
    export_actions.fail(held, "出错了", now=NOW)
    assert as_(world.lead).get(address(export, "_progress"))["HX-Refresh"] == "true"
    assert "出错了" in page(world.lead, export)


def test_cancelling(world):
    export = asked(world, world.lead)
    text = as_(world.lead).post(address(export, "_cancel"), follow=True).content.decode()
    assert "取消，没有生成文件" in text and "重新导出</button>" in text
    text = as_(world.lead).post(address(export, "_cancel"), follow=True).content.decode()
    assert "没有停止" in text
    assert (
        "没有可以下载的文件"
        in as_(world.lead).get(address(export, "_download"), follow=True).content.decode()
    )


def test_a_failed_one_is_made_anew(long_list):
    export = asked(long_list, long_list.lead, query="sort=found_on&level=general")
    held = export_actions.claim(export.pk, now=NOW)
    export_actions.fail(held, "磁盘已满", now=NOW)
    assert "磁盘已满" in page(long_list.lead, export)
    answer = as_(long_list.lead).post(address(export, "_again"))
    fresh = Export.objects.exclude(pk=export.pk).get()
    assert answer.url == address(fresh)
    assert (fresh.query, fresh.state) == (export.query, ExportState.DONE)


def test_one_under_way_is_not_made_anew(world):
    export = asked(world, world.lead)
    text = as_(world.lead).post(address(export, "_again"), follow=True).content.decode()
    assert "不必重新导出" in text
    assert Export.objects.count() == 1


def test_rights_lost_since_close_the_file(long_list):
    export = written(long_list, long_list.tf_a)
    TaskForceMember.objects.filter(user=long_list.tf_a).update(task_force=long_list.task_force_b)
    answer = as_(long_list.tf_a).get(address(export, "_download"))
    assert answer.status_code == 403 and "岗位或权限有变动" in answer.content.decode()
    assert not AuditEntry.objects.filter(act="下载导出清单").exists()
    text = page(long_list.tf_a, export)
    assert "按现在的权限重新导出" in text and address(export, "_download") not in text
    as_(long_list.tf_a).post(address(export, "_again"))
    fresh = Export.objects.exclude(pk=export.pk).get()
    file = as_(long_list.tf_a).get(address(fresh, "_download"))
    assert descriptions(b"".join(file.streaming_content)) == []


def test_who_left_the_campaign_is_not_offered_it_again(long_list):
    export = written(long_list, long_list.tf_a)
    TaskForceMember.objects.filter(user=long_list.tf_a).delete()
    assert as_(long_list.tf_a).get(address(export, "_download")).status_code == 403
    text = page(long_list.tf_a, export)
    assert "不在该专项行动中" in text and "重新导出</button>" not in text
    assert as_(long_list.tf_a).post(address(export, "_again")).status_code == 403


def test_who_was_switched_off_gets_nothing(long_list):
    export = written(long_list, long_list.tf_a)
    client = as_(long_list.tf_a)
    User.objects.filter(pk=long_list.tf_a.pk).update(is_active=False)
    assert client.get(address(export, "_download")).url.startswith("/login/")


def test_a_list_is_its_askers_alone(long_list):
    export = written(long_list, long_list.tf_a)
    for name, person in long_list.personas().items():
        mine = name == "tf_a"
        for verb in ("", "_progress", "_download"):
            assert as_(person).get(address(export, verb)).status_code == (200 if mine else 404), (name, verb)
        if not mine:
            for verb in ("_cancel", "_again"):
                assert as_(person).post(address(export, verb)).status_code == 404, (name, verb)
        assert (export.name in as_(person).get(LIST).content.decode()) is mine


def test_expired_and_missing_files(long_list):
    export = written(long_list, long_list.lead)
    export.file.storage.delete(export.file.name)
    text = as_(long_list.lead).get(address(export, "_download"), follow=True).content.decode()
    assert "服务器上的文件缺失" in text
    assert AuditEntry.objects.get(act="下载导出清单").result == "failed"
    export_actions.expire(now=export.finished_at + timedelta(days=8))
    text = page(long_list.lead, export)
    assert "文件保留 7 天，已过期删除" in text and "重新导出" in text
    assert as_(long_list.lead).get(address(export, "_download")).url == address(export)


def test_the_list_is_paged_newest_first(world):
    client = as_(world.lead)
    assert "还没有后台导出" in client.get(LIST).content.decode()
    for minute in range(PAGE + 1):
        export = asked(world, world.lead, query=f"q={minute}", now=NOW + timedelta(minutes=minute))
        export_actions.cancel(export.pk, by=world.lead, now=NOW)
    first = client.get(LIST)
    shown = [row.query for row in first.context["rows"]]
    assert shown == [f"q={minute}" for minute in range(PAGE, 0, -1)]
    assert f"共 {PAGE + 1} 份" in first.content.decode() and "every 3s" not in first.content.decode()
    last = client.get(LIST + first.context["pager"]["next_url"])
    assert [row.query for row in last.context["rows"]] == ["q=0"]
    assert client.get(LIST + "?page=abc").status_code == 200
    asked(world, world.lead, now=NOW + timedelta(days=1))
    assert "every 3s" in client.get(LIST).content.decode()


def test_the_way_there_is_in_everybodys_menu(world):
    for person in (world.lead, world.operator_a, world.auditor):
        assert f'href="{LIST}"' in as_(person).get("/").content.decode()
