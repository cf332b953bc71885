"""What the tests of lists in the background share: a small ledger, asking, a clock that acts."""

import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
from django.core.files.storage import default_storage

from reports.exports import actions as export_actions
from reports.exports import writing as export_writing
from reports.models import Export
from tests.factories import HazardFactory

NOW = datetime(2021, 9, 15, 2, tzinfo=UTC)


def ledger_of(world, *texts, **facts):
    """A hazard for each text in park_a, found on days that follow each other."""
    return [
        HazardFactory(
            task_force=world.task_force_a,
            category=world.category,
            description=text,
            found_on=date(2021, 9, 1) + timedelta(days=day),
            **facts,
        )
        for day, text in enumerate(texts)
    ]


def asked(world, by, *, what="ledger", query="sort=found_on", now=NOW, total=3):
    wish = export_actions.Wish(world.campaign, what, query, "隐患整治清单-20210915.xlsx", total)
    return export_actions.ask(wish, by=by, now=now, address="10.0.0.9")


def written(world, by, **facts):
    """A list asked for and written."""
    export = asked(world, by, **facts)
    export_writing.write(export.pk)
    export.refresh_from_db()
    return export


class Clock:
    """The time, which does something when it is asked for the n-th time: 1 claimed, 2 counted, then rows."""

    def __init__(self, **acts):
        self.acts = {int(name.removeprefix("at_")): act for name, act in acts.items()}
        self.asked = 0

    def __call__(self):
        self.asked += 1
        self.acts.get(self.asked, lambda: None)()
        return NOW + timedelta(seconds=self.asked)


def file_content(export: Export) -> bytes:
    with default_storage.open(export.file.name) as file:
        return file.read()


def descriptions(content: bytes) -> list[str]:
    """The fourth column of the numbered rows of the ledger's form."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [str(row[3].value) for row in sheet.iter_rows() if str(row[0].value).isdigit()]


def kept_files() -> list[str]:
    """What lies in the folder of exports."""
    return default_storage.listdir("exports")[1] if default_storage.exists("exports") else []
