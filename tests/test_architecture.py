"""What docs/architecture.md promises and no linter knows of: doors for writes, sizes, words."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from hazards.models import Hazard

ROOT = Path(__file__).resolve().parents[1]
APPS = ("parks", "accounts", "campaigns", "hazards", "reports", "notices")
MAY_SET_A_STATUS = {"hazards/actions.py", "hazards/backfill.py"}
MOST_LINES = 450


def tracked(*patterns: str) -> list[str]:
    """Paths that git tracks; skips the test where git does not answer."""
    listed = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for path in listed.stdout.split("\n") if path and (ROOT / path).exists()]


def sources() -> list[str]:
    """The product's own Python: migrations are written by a command."""
    files = tracked(*(f"{app}/**.py" for app in (*APPS, "hazard_tracker")))
    return [path for path in files if "/migrations/" not in path]


def names_in(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} | {
        part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)
    }


def sets_a_status(node: ast.AST) -> bool:
    """Whether a node sets the status of a hazard: by attribute, by name, in a new row or in an update."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(
            isinstance(part, ast.Attribute) and part.attr == "status" and isinstance(part.ctx, ast.Store)
            for target in targets
            for part in ast.walk(target)
        )
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called == "setattr":
        return any(isinstance(given, ast.Constant) and given.value == "status" for given in node.args)
    if called == "bulk_update":
        return any(
            isinstance(part, ast.Constant) and part.value == "status"
            for given in [*node.args, *(k.value for k in node.keywords)]
            for part in ast.walk(given)
        )
    if called == "Hazard" or called in ("create", "get_or_create", "update_or_create"):
        makes = called == "Hazard" or "Hazard" in names_in(node.func)
    else:
        makes = called == "update"
    return makes and any(keyword.arg == "status" for keyword in node.keywords)


def setters(code: str) -> list[int]:
    return [node.lineno for node in ast.walk(ast.parse(code)) if sets_a_status(node)]


@pytest.mark.parametrize(
    "code",
    [
        "hazard.status = Status.VOID",
        "before, hazard.status = hazard.status, target",
        "hazard.status: str = 'void'",
        "setattr(hazard, 'status', 'void')",
        "Hazard(status='void')",
        "models.Hazard(status='void')",
        "Hazard.objects.create(number='1', status='void')",
        "Hazard.objects.filter(pk=1).update(status='void')",
        "rows.update(version=2, status='void')",
        "Hazard.objects.bulk_update(rows, ['status'])",
        "Hazard.objects.bulk_update(rows, fields=('version', 'status'))",
    ],
)
def test_every_way_of_setting_a_status_is_seen(code):
    assert setters(code) == [1]


@pytest.mark.parametrize(
    "code",
    [
        "Hazard.objects.filter(status='void')",
        "Q(status=Status.CLOSED)",
        "render(request, page, status=400)",
        "shown = hazard.status",
        "Row(status=hazard.status)",
    ],
)
def test_reading_a_status_is_not_setting_it(code):
    assert setters(code) == []


def test_a_status_is_set_by_the_verbs_and_by_the_door_for_made_up_histories_only():
    assert "status" in {field.name for field in Hazard._meta.fields}
    found = {path: lines for path in sources() if (lines := setters((ROOT / path).read_text()))}
    assert set(found) == MAY_SET_A_STATUS, found


def waits_in_the_broker(code: str) -> bool:
    """Whether it hands the broker a task for later: a long wait is delivered again and again (J2)."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return any(word.arg in ("eta", "countdown") for call in calls for word in call.keywords)


def test_no_task_waits_for_its_hour_in_the_broker():
    assert waits_in_the_broker("remind.apply_async(eta=noon)")
    assert [path for path in sources() if waits_in_the_broker((ROOT / path).read_text())] == []


def test_files_are_short_enough_to_be_read():
    lengths = {path: len((ROOT / path).read_text().splitlines()) for path in sources()}
    assert len(lengths) > 100
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


SYNTAX = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%.*?%}|{{.*?}}", re.DOTALL)
BLOCKS_OF_CLASSES = re.compile(r"{% block (?:icon|\w*class\w*) %}.*?{% endblock %}", re.DOTALL)
TAGS = re.compile(r"<[^>]*>")
TOLD = re.compile(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"')
WORD = re.compile(r"[A-Za-z]{2,}")
KNOWN = {"JPG", "PNG", "WebP", "MB", "xlsx", "Excel", "API", "Esc", "SHA", "Webhook"}
"""Names that Chinese text uses as they are."""


def english_in(template: str) -> set[str]:
    """Latin words that a person would read: in the text and in attributes that are shown or said."""
    bare = SYNTAX.sub(" ", BLOCKS_OF_CLASSES.sub(" ", template))
    shown = " ".join([TAGS.sub(" ", bare), *TOLD.findall(bare)])
    return set(WORD.findall(re.sub(r"&\w+;", " ", shown))) - KNOWN


def test_templates_speak_chinese():
    assert english_in('<p title="Open">{% if a %}好{% endif %} {{ x }} <b>Save</b></p>') == {"Open", "Save"}
    pages = tracked("templates/**.html")
    assert len(pages) > 30
    found = {path: words for path in pages if (words := english_in((ROOT / path).read_text()))}
    assert found == {}


MACHINE_PATHS = re.compile(r"/home/\w+/|/Users/\w+/|/root/")


def test_no_file_names_a_path_of_somebodys_machine():
    found = {}
    for path in tracked():
        if path == "tests/test_architecture.py" or Path(path).suffix in (".png", ".jpg", ".ico", ".woff2"):
            continue
        if hits := MACHINE_PATHS.findall((ROOT / path).read_text(errors="replace")):
            found[path] = hits
    assert found == {}
