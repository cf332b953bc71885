"""What each form makes of the plan's rows: recognised by what names them, compared, placed.

Rows are recognised by their natural key only (docs/decisions/0051): a duty by unit and words, else by
unit and number; a measure by 整治内容 and words; a task force by its park; a contact by unit and name; an
item by action, task and words, else by words alone. What the form does not mention stays as it is.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from campaigns.enums import Part
from campaigns.models import Category, Measure, TaskForce, UnitContact, UnitDuty, WorkItem
from parks.models import Department, Park
from parks.names import name_key
from reports.enums import PlanForm
from reports.plan_forms.desk import (
    NEW,
    Desk,
    Diff,
    Planned,
    compared,
    compared_parties,
    kept_phone,
    kind_of,
    match,
    once_each,
    put_in_order,
    unit_key,
)
from reports.plan_forms.facts import ContactFact, DutyFact, Fact, ItemFact, MeasureFact, Place, TaskForceFact
from reports.plan_forms.timing import times_doubt, timing_change

SIMILAR = 0.6
MOST_COMPARED = 2_500
MOST_PARKS = 200
"""Beyond these, looking for texts that read alike takes longer than anybody waits."""


def merge(desk: Desk, facts: Sequence[Fact]) -> None:
    """Say what the facts of a form would change in the campaign's plan."""
    _MERGES[desk.spec.form](desk, facts)


def _merge_duties(desk: Desk, facts: Sequence[DutyFact]) -> None:
    units: dict[DutyFact, Department] = {}
    numbers: dict[Hashable, int] = {}
    counted: dict[DutyFact, int] = {}
    for fact in facts:
        unit = desk.unit(fact.at, "unit", fact.unit, f"{fact.unit}：{fact.text}")
        if unit:
            units[fact] = unit
    known = once_each(
        desk,
        "duties",
        units,
        lambda f: (unit_key(units[f]), name_key(f.text)),
        lambda f: None,
    )
    for fact in known:
        # The form's own numbers begin anew in each cell; a unit may have several.
        key = unit_key(units[fact])
        counted[fact] = numbers[key] = numbers.get(key, 0) + 1
    rows = list(UnitDuty.objects.filter(campaign=desk.campaign).select_related("department"))
    matched = match(
        known,
        rows,
        lambda f: ((unit_key(units[f]), name_key(f.text)), (unit_key(units[f]), counted[f])),
        lambda r: ((r.department_id, name_key(r.text)), (r.department_id, r.order)),
    )
    desk.kept += len(matched.left)
    by_unit: dict[Hashable, list[Planned]] = {}
    for fact, stored in matched.pairs:
        row = stored or UnitDuty(campaign=desk.campaign)
        changed, diffs = compared(row, {"department": units[fact], "text": fact.text})
        label = f"{units[fact].label} 第 {counted[fact]} 条"
        one = Planned(fact.at, row, label, kind_of(row, diffs), changed, diffs=diffs)
        desk.planned.append(one)
        by_unit.setdefault(unit_key(units[fact]), []).append(one)
    for key, said in by_unit.items():
        put_in_order(desk, [row for row in rows if row.department_id == key], said)


def _merge_measures(desk: Desk, facts: Sequence[MeasureFact]) -> None:
    facts = once_each(desk, "title", facts, lambda f: (name_key(f.category), name_key(f.title)), _said)
    categories = {name_key(one.name): one for one in desk.campaign.categories.all()}
    rows = list(
        desk.campaign.measures.select_related("category").prefetch_related("responsibilities__department")
    )
    matched = match(
        facts,
        rows,
        lambda f: ((name_key(f.category), name_key(f.title)),),
        lambda r: ((name_key(r.category.name), name_key(r.title)),),
    )
    desk.kept += len(matched.left)
    by_category: dict[Hashable, list[Planned]] = {}
    for fact, stored in matched.pairs:
        one = _measure(desk, fact, stored, categories)
        if one:
            by_category.setdefault(name_key(fact.category), []).append(one)
    for key, said in by_category.items():
        put_in_order(desk, [row for row in rows if name_key(row.category.name) == key], said)
    _tell_similar(desk, [(f.at, f.title) for f, row in matched.pairs if row is None], matched.left)


def _measure(
    desk: Desk, fact: MeasureFact, stored: Measure | None, categories: dict[str, Category]
) -> Planned | None:
    row = stored or Measure(campaign=desk.campaign)
    names = [*fact.responsible, *(fact.cooperating or ())]
    units = desk.parties(fact.at, names, fact.title)
    timing = timing_change(desk, row, fact.at, fact.deadline)
    if units is None or timing is None:
        return None
    notes = []
    category = categories.get(name_key(fact.category))
    if category is None:
        category = Category(campaign=desk.campaign, name=fact.category, order=_next(categories))
        categories[name_key(fact.category)] = category
        desk.planned.append(Planned(fact.at, category, fact.category, NEW, shown=False))
        notes.append(f"新的整治内容“{fact.category}”")
    changed, diffs = compared(row, {"category": category, "title": fact.title})
    if not stored:
        changed["category"] = category
        diffs = [Diff("整治内容", "", fact.category)]
    parties = {Part.RESPONSIBLE: fact.responsible}
    if fact.cooperating is not None:
        parties[Part.COOPERATING] = fact.cooperating
    diffs += [timing[1]] if timing[1] else []
    parties, told = _parties(row, parties, units)
    diffs += told
    values = changed | timing[0]
    one = Planned(fact.at, row, fact.title, kind_of(row, diffs), values, parties, units, diffs, notes)
    desk.planned.append(one)
    return one


def _parties(
    row: Measure | WorkItem, parties: dict[Part, tuple[str, ...]], units: dict[str, Department]
) -> tuple[dict[Part, tuple[str, ...]], list[Diff]]:
    """The parts that differ, with how to say it."""
    told = {part: compared_parties(row, part, names, units) for part, names in parties.items()}
    changed = {part: parties[part] for part, diff in told.items() if diff}
    return changed, [diff for diff in told.values() if diff]


def _next(categories: dict[str, Category]) -> int:
    """A number behind all others; those of new kinds are given as they come."""
    return max((one.order for one in categories.values()), default=0) + 1


def _merge_task_forces(desk: Desk, facts: Sequence[TaskForceFact]) -> None:
    known: list[TaskForceFact] = []
    first: dict[str, TaskForceFact] = {}
    for fact in facts:
        earlier = first.setdefault(name_key(fact.park), fact)
        where = f"工作表“{earlier.at.sheet}”第 {earlier.at.row} 行"
        if earlier is fact:
            known.append(fact)
        elif (earlier.unit, earlier.texts) == (fact.unit, fact.texts):
            desk.remarks.append(f"工作表“{fact.at.sheet}”第 {fact.at.row} 行与{where}相同，只取一次")
        else:
            desk.fault(fact.at, "park", f"“{fact.park}”在{where}已有专班；一个园区只能有一个专班")
    rows = list(desk.campaign.task_forces.select_related("park", "department"))
    parks = _parks(desk, rows)
    matched = match(known, rows, lambda f: (name_key(f.park),), lambda r: (r.park.name_key,))
    desk.kept += len(matched.left)
    said = [
        one for fact, stored in matched.pairs if (one := _task_force(desk, fact, stored, parks)) is not None
    ]
    put_in_order(desk, rows, said)


def _parks(desk: Desk, rows: Iterable[TaskForce]) -> dict[str, Park]:
    """Parks of the campaign, and of the lead's region, by name."""
    region = desk.campaign.lead_department.region
    return {park.name_key: park for park in Park.objects.filter(region=region)} | {
        row.park.name_key: row.park for row in rows
    }


def _task_force(
    desk: Desk, fact: TaskForceFact, stored: TaskForce | None, parks: dict[str, Park]
) -> Planned | None:
    unit = desk.unit(fact.at, "department", fact.unit, fact.park)
    if unit is None:
        return None
    notes = []
    park = stored.park if stored else parks.get(name_key(fact.park))
    if park is None:
        park = Park(name=fact.park, region=desk.campaign.lead_department.region)
        notes.append("新园区")
        names = [one.name for one in parks.values()] if len(parks) <= MOST_PARKS else []
        near = get_close_matches(fact.park, names, 1, SIMILAR)
        notes += [f"与现有“{name}”名称相近，按不同园区处理" for name in near]
    told = _park_contact(desk, fact, park)
    row = stored or TaskForce(campaign=desk.campaign, park=park)
    texts = {slug: text for slug, text in fact.texts.items() if not slug.startswith("contact_")}
    if "phone" in texts:
        texts["phone"] = kept_phone(row.phone, texts["phone"])
    changed, diffs = compared(row, {"department": unit, **texts})
    if not stored:
        changed["park"] = park
    diffs = told + diffs
    kind = kind_of(row, diffs)
    one = Planned(fact.at, row, fact.park, kind, changed, diffs=diffs, notes=notes)
    desk.planned.append(one)
    return one


def _park_contact(desk: Desk, fact: TaskForceFact, park: Park) -> list[Diff]:
    """Who answers for the park and their phone. Parks are shared by campaigns: a blank takes nothing away."""
    values = {slug: text for slug in ("contact_name", "contact_phone") if (text := fact.texts.get(slug, ""))}
    if "contact_phone" in values:
        values["contact_phone"] = kept_phone(park.contact_phone, values["contact_phone"])
    changed, diffs = compared(park, values)
    if park.pk is None or diffs:
        desk.planned.append(
            Planned(fact.at, park, park.name, kind_of(park, diffs), changed, diffs=diffs, shown=False)
        )
    return diffs


def _merge_contacts(desk: Desk, facts: Sequence[ContactFact]) -> None:
    units: dict[int, Department] = {}
    for fact in facts:
        if unit := desk.unit(fact.at, "unit", fact.unit, f"{fact.unit} {fact.name}"):
            units[id(fact)] = unit
    known = once_each(
        desk,
        "name",
        [fact for fact in facts if id(fact) in units],
        lambda f: (unit_key(units[id(f)]), name_key(f.name)),
        lambda f: f.texts,
    )
    rows = list(desk.campaign.unit_contacts.select_related("department"))
    matched = match(
        known,
        rows,
        lambda f: ((unit_key(units[id(f)]), name_key(f.name)),),
        lambda r: ((r.department_id, name_key(r.name)),),
    )
    desk.kept += len(matched.left)
    said = []
    for fact, stored in matched.pairs:
        row = stored or UnitContact(campaign=desk.campaign)
        texts = dict(fact.texts)
        if "phone" in texts:
            texts["phone"] = kept_phone(row.phone, texts["phone"])
        unit = units[id(fact)]
        changed, diffs = compared(row, {"department": unit, "name": fact.name, **texts})
        label = f"{unit.label} {fact.name}"
        said.append(Planned(fact.at, row, label, kind_of(row, diffs), changed, diffs=diffs))
    desk.planned += said
    put_in_order(desk, rows, said)


def _merge_items(desk: Desk, facts: Sequence[ItemFact]) -> None:
    facts = once_each(
        desk,
        "title",
        facts,
        lambda f: (_key(f.action), _key(f.task), name_key(f.title), f.responsible),
        _said,
    )
    rows = list(desk.campaign.work_items.prefetch_related("responsibilities__department"))
    matched = match(
        facts,
        rows,
        lambda f: ((_key(f.action), _key(f.task), name_key(f.title)), name_key(f.title)),
        lambda r: ((_key(r.action), _key(r.task), name_key(r.title)), name_key(r.title)),
    )
    desk.kept += len(matched.left)
    said = [one for fact, stored in matched.pairs if (one := _item(desk, fact, stored)) is not None]
    put_in_order(desk, rows, said)
    _tell_similar(desk, [(f.at, f.title) for f, row in matched.pairs if row is None], matched.left)


def _item(desk: Desk, fact: ItemFact, stored: WorkItem | None) -> Planned | None:
    row = stored or WorkItem(campaign=desk.campaign)
    units = desk.parties(fact.at, fact.responsible, fact.title)
    timing = timing_change(desk, row, fact.at, fact.deadline)
    if units is None or timing is None:
        return None
    said = {"action": fact.action, "task": fact.task, "title": fact.title}
    changed, diffs = compared(row, {slug: text for slug, text in said.items() if text is not None})
    diffs += [timing[1]] if timing[1] else []
    parties, told = _parties(row, {Part.RESPONSIBLE: fact.responsible}, units)
    diffs += told
    values = changed | timing[0]
    if row.pk is None and (doubt := times_doubt(fact)):
        values |= {"needs_confirmation": True, "question": values["question"] or doubt}
    notes = [str(question)] if (question := values.get("question")) else []
    one = Planned(fact.at, row, fact.title, kind_of(row, diffs), values, parties, units, diffs, notes)
    desk.planned.append(one)
    return one


def _tell_similar(desk: Desk, new: list[tuple[Place, str]], left: Sequence[Measure | WorkItem]) -> None:
    """Point out new rows that read like one that the form lacks: perhaps only its wording was changed."""
    if not new or len(new) * len(left) > MOST_COMPARED:
        return
    for at, title in new:
        for near in get_close_matches(title, [row.title for row in left], 1, SIMILAR):
            desk.remarks.append(
                f"第 {at.row} 行按新增处理，但与现有的“{near[:30]}”相近。"
                "如果只是改写文字，请在专项行动设置中修改原来的一条"
            )


def _said(fact: MeasureFact | ItemFact) -> object:
    cooperating = fact.cooperating if isinstance(fact, MeasureFact) else None
    return name_key(fact.deadline.text), fact.responsible, cooperating


def _key(text: str | None) -> str:
    return name_key(text or "")


_MERGES: dict[str, Callable[[Desk, Any], None]] = {
    PlanForm.DUTIES: _merge_duties,
    PlanForm.MEASURES: _merge_measures,
    PlanForm.TASK_FORCES: _merge_task_forces,
    PlanForm.CONTACTS: _merge_contacts,
    PlanForm.WORK_ITEMS: _merge_items,
}
