"""P1 附件2 二, what the city's departments hand in: one text a department, with figures at each **.

A figure that is not known prints as ** and is listed as missing under the text: never as 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from campaigns.enums import Counting, Rhythm
from campaigns.models import Campaign, CampaignUnit, TaskForce
from campaigns.queries import units_by_name
from parks.enums import ParkKind
from parks.models import Department, Trait
from parks.names import name_key
from reports.figures.counting import PATHS, WHOLE, Coverage
from reports.indicators import Figures, Indicator, Ledger, Span
from reports.layouts.form import Ask, Form, Indicators
from reports.layouts.signatures import FILLED_ON, FILLER, PHONE, REVIEWER, open_day
from reports.layouts.taizhou_3_texts import BLANK, PARKS, TEXTS, Slot, Text
from reports.workbook import HEAD_FONT, STAMP_HEIGHT, Book, Look

SLUG = "taizhou-3"
TITLE = "全市小微企业安全生产和消防安全\n整治工作报送重点"
PART = "二、市级有关部门报送重点"
PLAIN_TITLE = "部门报送重点"
PLAN = "taizhou"
"""How slugs of the campaigns begin whose plan words title and headings so."""
SHEET = "部门报送重点"
NO_TEXT = "方案没有为该单位规定报送文字。"

_WIDTHS = (30, 30, 30)
_SIZE = 14
_TEXT = Look(size=_SIZE, border=False)
_PART = Look(HEAD_FONT, _SIZE, border=False)
_DAY = "截止**月**日"
_NEEDS_NO_UNIT = (Ledger.PARKS, Ledger.ENTERPRISES)
"""Ledgers that belong to no unit: the whole city's parks and enterprises count."""


@dataclass(frozen=True)
class Part:
    """A text as a unit hands it in, or would: its figures' slugs begin with the text's key."""

    unit: Department
    text: Text

    def slug(self, slot: Slot) -> str:
        return f"{self.text.key}_{slot.slug}"

    def heading(self, campaign: Campaign) -> str:
        """Whose text it is: as the plan words it in its own campaign, else the unit's name."""
        return self.text.heading if _is_own(campaign) else self.unit.name

    def prose(self, campaign: Campaign, figures: Figures, as_of: date) -> str:
        """The text with its figures."""
        day = f"截止{as_of.month}月{as_of.day}日"
        words = self.text.words.replace(_DAY, day).split(BLANK)
        numbers = [figures.get(self.slug(slot)) for slot in self.text.slots]
        shown = [BLANK if number is None else str(number) for number in numbers]
        filled = words[0] + "".join(a + b for a, b in zip(shown, words[1:], strict=True))
        return f"{self.heading(campaign)}：{filled}"

    def missing(self, figures: Figures, *, named: bool) -> str:
        """Which figures are not known, `named` with whose text they are missing in; "" when none is."""
        slots = [slot for slot in self.text.slots if figures.get(self.slug(slot)) is None]
        if not slots:
            return ""
        listed = "；".join(f"{at}．{slot.label}（{slot.unit}）" for at, slot in enumerate(slots, 1))
        where = self.unit.label if named else ""
        return f"{where}尚缺数据{len(slots)}项，文中以{BLANK}标出：{listed}。"


def parts_of(campaign: Campaign, unit: Department | None = None) -> list[Part]:
    """The texts of the campaign's units in the plan's order, of one unit with `unit`.

    A unit has a text when one of its names, short names or aliases is what the text calls it; where
    several units are called so, nobody has it.
    """
    units = units_by_name(campaign)
    found: list[Part] = []
    for text in TEXTS:
        hits = next(filter(None, (units.get(name_key(name)) for name in text.names)), [])
        if len(hits) == 1 and unit in (None, hits[0]):
            found.append(Part(hits[0], text))
    return found


def of_unit(campaign: Campaign, unit: Department | None) -> Indicators:
    """The figures of a unit's text; with None all of them, each named with its unit."""
    parts = parts_of(campaign, unit)
    known = _Known.of(campaign, parts)
    return tuple(
        _indicator(part, slot, known, f"{part.unit.label}：" if unit is None else "")
        for part in parts
        for slot in part.text.slots
    )


def indicators(campaign: Campaign) -> Indicators:
    """The figures of all texts."""
    return of_unit(campaign, None)


@dataclass(frozen=True)
class _Known:
    """What can be counted. bearers: traits that an enterprise bears, and PARKS where one is registered.

    lines: by unit its id and those of all units below it; typing: units that work without the system.
    """

    bearers: frozenset[str]
    lines: Mapping[int, frozenset[int]]
    typing: frozenset[int]

    @classmethod
    def of(cls, campaign: Campaign, parts: Sequence[Part]) -> "_Known":
        forces = TaskForce.objects.filter(campaign=campaign)
        borne = Trait.objects.filter(enterprises__park__in=forces.values("park"), enterprises__active=True)
        bearers = set(borne.values_list("name", flat=True))
        if forces.filter(park__kind=ParkKind.INDUSTRIAL, park__active=True).exists():
            bearers.add(PARKS)
        typing = CampaignUnit.objects.filter(campaign=campaign, counting=Counting.TYPED)
        units = typing.values_list("department", flat=True)
        return cls(frozenset(bearers), _lines(part.unit.pk for part in parts), frozenset(units))

    def counts(self, part: Part, slot: Slot) -> bool:
        """Whether the figure can be counted; else it is typed in."""
        if slot.ledger is Ledger.NOTHING or part.unit.pk in self.typing:
            return False
        wanted = {*slot.traits, slot.needs} - {""}
        return not wanted or bool(wanted & self.bearers)


def _lines(units: Iterable[int]) -> dict[int, frozenset[int]]:
    """Units with all that stand below them. The tree is small: it is read whole."""
    below: dict[int, list[int]] = {}
    for pk, parent in Department.objects.filter(parent__isnull=False).values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(pk)

    def line(unit: int) -> frozenset[int]:
        found, todo = {unit}, [unit]
        while todo:
            new = set(below.get(todo.pop(), ())) - found
            found |= new
            todo += new
        return frozenset(found)

    return {unit: line(unit) for unit in units}


def _indicator(part: Part, slot: Slot, known: _Known, prefix: str) -> Indicator:
    counted = known.counts(part, slot)
    limit = _limit(slot.ledger, known.lines[part.unit.pk])

    def counts(span: Span) -> Q:
        return slot.counts(span) & limit

    return Indicator(
        part.slug(slot),
        f"{prefix}{slot.label}",
        slot.unit,
        slot.definition,
        slot.rule,
        slot.ledger if counted else Ledger.NOTHING,
        counts,
        sums=slot.sums,
        distinct=slot.distinct,
        part_of=f"{part.text.key}_{slot.part_of}" if slot.part_of else "",
        traits=slot.traits,
        stock=slot.stock,
        may_be_typed=not counted,
    )


def _limit(ledger: Ledger, line: frozenset[int]) -> Q:
    """Records of these units, those at micro enterprises or at no enterprise's."""
    if ledger in (Ledger.NOTHING, *_NEEDS_NO_UNIT):
        return Q()
    paths = PATHS[ledger]
    micro = Q(**{f"{paths.enterprise}__is_micro": True}) | Q(**{f"{paths.enterprise}__isnull": True})
    return Q(**{f"{paths.unit}__in": line}) & micro


def whose(campaign: Campaign, unit: Department | None) -> Coverage:
    """The indicators say themselves whose records count: the line of one unit each, all over the city."""
    return WHOLE


def title_for(campaign: Campaign) -> str:
    """The plan's own title in its own campaign; in any other that campaign's name and the form's."""
    return TITLE if _is_own(campaign) else f"{campaign.label}{PLAIN_TITLE}"


def _is_own(campaign: Campaign) -> bool:
    return campaign.slug.startswith(PLAN)


def plain_text(campaign: Campaign, unit: Department | None, figures: Figures, as_of: date) -> str:
    """The texts to paste, a paragraph each, and below them what is missing."""
    parts = parts_of(campaign, unit)
    lines = [part.prose(campaign, figures, as_of) for part in parts] or [NO_TEXT]
    if missing := _missing(parts, figures, named=unit is None):
        lines += ["", *missing]
    return "\n".join(lines) + "\n"


def _missing(parts: Sequence[Part], figures: Figures, *, named: bool) -> list[str]:
    """What is missing, a line a text."""
    return [line for part in parts if (line := part.missing(figures, named=named))]


def fill(book: Book, ask: Ask) -> None:
    """The unit's text, of the whole all texts; what is missing; room for the stamp."""
    parts, figures = parts_of(ask.campaign, ask.unit), ask.counts.cumulative
    sheet = book.sheet(SHEET, _WIDTHS, landscape=False, paged=True)
    sheet.title(title_for(ask.campaign))
    if _is_own(ask.campaign):
        sheet.line([(PART, len(_WIDTHS))], look=_PART, height=34)
    for part in parts:
        words = part.prose(ask.campaign, figures, ask.as_of)
        sheet.line([(words, len(_WIDTHS))], look=_TEXT, height=60)
    if not parts:
        sheet.line([(NO_TEXT, len(_WIDTHS))], look=_TEXT, height=60)
    notes = _missing(parts, figures, named=ask.unit is None)
    given = {slug for row in ask.typed.values() for slug in row}
    typed = [one.label for one in of_unit(ask.campaign, ask.unit) if one.slug in given]
    if typed:  # domain §5: marked as typed
        notes.append(f"手工填报的数据：{'；'.join(typed)}。")
    for note in notes:
        sheet.line([(note, len(_WIDTHS))])
    unit, day = f"填报单位（盖章）：{ask.unit_name}", open_day(FILLED_ON)
    sheet.keep(44 + STAMP_HEIGHT + 34, with_last=True)
    sheet.line([(unit, 2), (day, 1)], look=_TEXT, height=44, aligns="lr")
    sheet.stamp_room()
    sheet.line([(FILLER, 1), (PHONE, 1), (REVIEWER, 1)], look=_TEXT, height=34)


def _units(campaign: Campaign) -> frozenset[int]:
    return frozenset(part.unit.pk for part in parts_of(campaign))


FORM = Form(
    SLUG,
    f"{TITLE.replace(chr(10), '')}（部门）",
    SHEET,
    fill,
    title_for,
    indicators=indicators,
    of_unit=of_unit,
    units=_units,
    whose=whose,
    plain=plain_text,
    rhythm=Rhythm.WEEKLY,
)
