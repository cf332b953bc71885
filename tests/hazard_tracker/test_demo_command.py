"""`manage.py demo`: the same at every run, never beside real data, never in production."""

import hashlib
import json
import re

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry, User
from campaigns.models import CalendarDay, Campaign
from hazard_tracker.demo.build import PLAN
from hazards.models import StatusChange
from reports.models import Report
from tests import factories

CONTENT = ("parks", "accounts", "campaigns", "hazards")


def digest() -> str:
    """Everything in the tables, keys left out: they go on counting after a rollback on PostgreSQL."""
    hash_ = hashlib.sha256()
    for label in CONTENT:
        for model in apps.get_app_config(label).get_models():
            # The one says when the demo was made, the other comes with the tables and goes with a flush.
            if model in (AuditEntry, CalendarDay):
                continue
            fields = [
                field.attname
                for field in model._meta.concrete_fields
                if not (field.is_relation or (field.primary_key and field.name == "id"))
            ]
            rows = sorted(without_keys(row) for row in model.objects.values_list(*fields))
            hash_.update(f"{model.__name__}{fields}{rows}".encode())
    links = StatusChange.objects.order_by("hazard__number", "version").values_list(
        "hazard__number", "hazard__park__name", "hazard__enterprise__name", "by__username", "department__name"
    )
    hash_.update(str(list(links)).encode())
    # Numbers, and the workbooks that bear them, hold keys of units; figures by kind those of kinds.
    reports = Report.objects.order_by("form", "period_end", "department__name", "issue").values_list(
        "form", "period_end", "department__name", "issue", "state", "nil", "note", "notes", "reason",
        "compiled_at", "filled_at", "reviewed_at", "issued_at", "filled_by__username", "figures__cumulative",
    )  # fmt: skip
    for *facts, figures in reports:
        hash_.update(f"{facts}{sorted(map(without_keys, figures.items()))}".encode())
    return hash_.hexdigest()


def without_keys(value: object) -> str:
    """The value as text, without the keys that stand in the numbers of reports and in slugs of kinds."""
    return re.sub(r"(LG-[a-z-]+-|_kind_)\d+", r"\1", str(value))


def test_the_same_every_time(transactional_db, capsys):
    call_command("demo")
    first = digest()
    call_command("flush", "--no-input")
    call_command("demo")
    assert digest() == first


def test_second_run_adds_nothing_and_prints_the_accounts_again(db, capsys):
    call_command("demo")
    capsys.readouterr()
    before = digest()
    call_command("demo")
    assert "taskforce" in capsys.readouterr().out
    assert digest() == before


def test_json_is_all_that_is_printed(db, capsys):
    call_command("demo", "--json")
    printed = json.loads(capsys.readouterr().out)
    roles = {"system_admin", "lead", "department", "task_force", "operator", "leader", "auditor"}
    assert roles < set(printed)
    assert all(set(entry) == {"username", "password"} for entry in printed.values())


def test_refused_in_production(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="正式环境"):
        call_command("demo")
    assert not User.objects.exists()


def test_a_fresh_install_has_no_account(db):
    assert not User.objects.exists()
    call_command("load_plan", PLAN)
    assert not User.objects.exists()


def test_refused_where_the_campaign_is_at_work(db):
    call_command("load_plan", PLAN)
    task_force = Campaign.objects.get().task_forces.first()
    factories.HazardFactory(task_force=task_force)
    with pytest.raises(CommandError, match="已有业务数据"):
        call_command("demo")
    assert Campaign.objects.get().clock is None
    assert User.objects.count() == 1
