from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill_campaign(apps, schema_editor):
    """Earlier notices take the campaign of what they are about."""
    Notice = apps.get_model("notices", "Notice")
    for name, app, model in (("hazard", "hazards", "Hazard"), ("reminder", "reports", "ReportReminder")):
        of = apps.get_model(app, model).objects.filter(pk=OuterRef(f"{name}_id")).values("campaign")
        Notice.objects.filter(campaign=None).exclude(**{name: None}).update(campaign=Subquery(of[:1]))


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_outbox")]

    operations = [migrations.RunPython(fill_campaign, migrations.RunPython.noop)]
