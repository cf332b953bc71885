from django.db import migrations


def keep_newest(apps, schema_editor):
    """Compilations were numbered each; none was signed. The newest of a period becomes its draft."""
    Report = apps.get_model("reports", "Report")
    seen = set()
    for report in Report.objects.order_by("-issue"):
        key = (report.campaign_id, report.department_id, report.period_end)
        if key in seen:
            report.delete()  # its workbook stays on disk
            continue
        seen.add(key)
        figures = report.figures
        figures.pop("records", None)
        figures["rows"] = [
            {"key": row.get("unit"), "name": row["name"], "figures": row["figures"]}
            for row in figures.get("rows", [])
        ]
        report.issue, report.figures = 1, figures
        report.save(update_fields=["issue", "figures"])


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_contacts_form_name")]

    operations = [migrations.RunPython(keep_newest, migrations.RunPython.noop)]
