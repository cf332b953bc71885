"""Supervision letters. What is issued stays: the database itself refuses to change it, whoever asks.

Of a letter only its voiding is written later, once. SQLite gets no trigger on DELETE, as in 0007; a later
migration that alters these tables on SQLite must make the triggers again: the tables are rebuilt.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CONTENT = (
    "campaign_id, department_id, year, serial, number, title, sender, addressee, opening, requirement, "
    "issued_on, reply_by, issued_at, by_id, workbook, sha256, annexed"
)
POSTGRESQL = """
CREATE TRIGGER {name} BEFORE {event} ON {table}
FOR EACH ROW {when} EXECUTE FUNCTION refuse_change();
"""
SQLITE = """
CREATE TRIGGER {name} BEFORE {event} ON {table} {when}
BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END;
"""
LETTER = "reports_supervisionletter"
TRIGGERS = {
    "letter_issued_stays": (LETTER, f"UPDATE OF {CONTENT}", ""),
    "letter_voided_stays": (LETTER, "UPDATE", "WHEN (OLD.voided_on IS NOT NULL)"),
    "letter_never_deleted": (LETTER, "DELETE", ""),
    "letterhazard_append_only": ("reports_letterhazard", "UPDATE", ""),
    "letterhazard_never_deleted": ("reports_letterhazard", "DELETE", ""),
    "letterreply_append_only": ("reports_letterreply", "UPDATE", ""),
    "letterreply_never_deleted": ("reports_letterreply", "DELETE", ""),
}


def forwards(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for name, (table, event, when) in TRIGGERS.items():
        if on_postgresql or event != "DELETE":
            statement = POSTGRESQL if on_postgresql else SQLITE
            said = statement.format(name=name, table=table, event=event, when=when)
            schema_editor.execute(said, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_append_only"),
        ("campaigns", "0009_reply_days"),
        ("hazards", "0009_plan_indexes"),
        ("parks", "0003_plans"),
        ("reports", "0008_export_filters_in_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SupervisionLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("serial", models.PositiveIntegerField(verbose_name="序号")),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="文号")),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("sender", models.CharField(max_length=120, verbose_name="发函单位")),
                ("addressee", models.CharField(max_length=120, verbose_name="主送单位名称")),
                ("opening", models.TextField(max_length=1000, verbose_name="正文")),
                ("requirement", models.TextField(max_length=2000, verbose_name="办理要求")),
                ("issued_on", models.DateField(verbose_name="印发日期")),
                ("reply_by", models.DateField(verbose_name="回复期限")),
                ("issued_at", models.DateTimeField(verbose_name="印发时间")),
                ("workbook", models.FileField(upload_to="letters/%Y/%m/", verbose_name="工作簿")),
                ("sha256", models.CharField(max_length=64)),
                ("voided_on", models.DateField(blank=True, null=True, verbose_name="作废日期")),
                ("void_reason", models.CharField(blank=True, max_length=200, verbose_name="作废原因")),
                ("annexed", models.BooleanField(default=False, verbose_name="隐患清单作为附件")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="印发人",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervision_letters",
                        to="campaigns.campaign",
                        verbose_name="专项行动",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervision_letters",
                        to="parks.department",
                        verbose_name="主送单位",
                    ),
                ),
                (
                    "voided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="作废人",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办函",
                "verbose_name_plural": "督办函",
                "ordering": ["-issued_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="LetterReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="回复内容")),
                ("on", models.DateField(verbose_name="回复日期")),
                ("at", models.DateTimeField(verbose_name="录入时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="回复人",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="reports.supervisionletter",
                        verbose_name="督办函",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办函回复",
                "verbose_name_plural": "督办函回复",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="LetterHazard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("number", models.CharField(max_length=40, verbose_name="编号")),
                ("park", models.CharField(max_length=120, verbose_name="园区")),
                ("place", models.CharField(max_length=300, verbose_name="发生位置")),
                ("description", models.TextField(verbose_name="问题")),
                (
                    "level",
                    models.CharField(
                        choices=[("general", "一般"), ("major", "重大")], max_length=8, verbose_name="级别"
                    ),
                ),
                ("due_on", models.DateField(verbose_name="整改期限")),
                ("days_over", models.PositiveIntegerField(help_text="未逾期为 0", verbose_name="逾期天数")),
                (
                    "hazard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_rows",
                        to="hazards.hazard",
                        verbose_name="隐患",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="reports.supervisionletter",
                        verbose_name="督办函",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办函所列隐患",
                "verbose_name_plural": "督办函所列隐患",
                "ordering": ["letter", "order"],
            },
        ),
        migrations.AddConstraint(
            model_name="supervisionletter",
            constraint=models.UniqueConstraint(
                fields=("campaign", "year", "serial"), name="letter_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("reply_by__gte", models.F("issued_on"))),
                name="letter_reply_after_issue",
                violation_error_message="回复期限不能早于印发日期",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("void_reason", ""), ("voided_by", None), ("voided_on", None)),
                    models.Q(
                        ("voided_by__isnull", False),
                        ("voided_on__isnull", False),
                        models.Q(("void_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="letter_voided_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterhazard",
            constraint=models.UniqueConstraint(fields=("letter", "hazard"), name="letter_hazard_once"),
        ),
        # Back again the tables go, and their triggers with them.
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
