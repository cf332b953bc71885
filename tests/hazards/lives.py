"""Arguments for every verb on a hazard, likely ones and wild ones: for the state machine beside it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from hazards import actions
from hazards.enums import Action, Level, Source
from hazards.findings import Finding
from hazards.models import Hazard
from hazards.procedures import (
    duplicate_actions,
    extension_actions,
    joint_actions,
    major_actions,
    referral_actions,
    urge_actions,
)
from hazards.procedures.joint_actions import Gathering
from tests.factories import forged_png, photo

PHOTO = photo().read()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
ODD = [
    "",
    " ",
    "　\n",
    "x" * 201,
    "长" * 501,
    "长" * 2001,
    "=SUM(A1)",
    "<b>&",
    "😀" * 20,
    "A\r\nB",
    "%_'\";--",
]


class Draw:
    """What is entered: likely values, or any at all. The seed is hypothesis's: a life can be told again."""

    def __init__(self, world: Any, seed: str, likely: bool) -> None:
        self.world, self.random, self.likely = world, Random(seed), likely
        self.today = world.campaign.today()

    def one(self, values: Sequence[Any]) -> Any:
        return self.random.choice(values)

    def text(self, words: str) -> str:
        return words if self.likely else self.one([words, words, *ODD])

    def day(self, first: int, last: int) -> Any:
        """A day from `first` to `last` days from today; any when wild."""
        return self.today + timedelta(self.random.randint(*((first, last) if self.likely else (-60, 130))))

    def unit(self) -> Any:
        units = [self.world.xincheng, self.world.jingfa, self.world.xiaofang, self.world.lead_department]
        return self.one(units if self.likely else [*units, self.world.other.lead_department])

    def photos(self, *, needed: bool) -> list[SimpleUploadedFile]:
        good = SimpleUploadedFile("现场.jpg", PHOTO, content_type="image/jpeg")
        if self.likely:
            return [good] if needed else []
        bad = SimpleUploadedFile("图.svg", SVG, content_type="image/svg+xml")
        return self.one([[], [good], [bad], [good, forged_png(60000, 60000)]])

    def other_number(self, pk: int) -> str:
        """The number of another hazard, or one that there is not."""
        numbers = list(Hazard.objects.exclude(pk=pk).order_by("pk").values_list("number", flat=True))
        return self.one([*numbers, "LG-2021-9999"])


def finding(draw: Draw, level: str) -> Finding:
    world = draw.world
    closed = list(Hazard.objects.filter(status="closed").order_by("pk"))
    park, enterprise = world.park_a, world.enterprise_a
    if not draw.likely:
        park = draw.one([world.park_a, world.park_b, world.park_c])
        enterprise = draw.one([None, world.enterprise_a, world.enterprise_b])
    return Finding(
        park=park,
        enterprise=enterprise,
        place=draw.text("5号楼1层"),
        description=draw.text("安全出口被纸箱堵塞"),
        category=world.category,
        level=level,
        clause="" if draw.likely else draw.text(""),
        source=draw.one(list(Source.values)),
        found_on=draw.day(-20, 0),
        recurs=None if draw.likely else draw.one([None, *closed]),
        photos=draw.photos(needed=False),
    )


def _commit(draw: Draw, pk: int, by: Any) -> Hazard:
    five = major_actions.Five(*(draw.text(words) for words in ("张三", "拆除", "五万元", "月底前", "撤人")))
    return major_actions.commit(pk, by=by, five=five, clause=draw.text("令第10号第三条"))


def _convene(draw: Draw, pk: int, by: Any) -> Any:
    hazards, units = [Hazard.objects.get(pk=pk)], [draw.world.xincheng, draw.world.xiaofang]
    if not draw.likely:
        hazards = list(Hazard.objects.order_by("pk"))[: draw.random.randint(0, 3)]
    title = draw.text(f"第{draw.random.randint(1, 99)}次联合执法")
    gathering = Gathering(
        title, draw.day(0, 0), units if draw.likely else [draw.unit()], hazards, draw.text("责令停产")
    )
    return joint_actions.convene(draw.world.campaign, gathering, by=by)


def _assign(draw: Draw, pk: int, by: Any) -> Hazard:
    unit, helping = draw.unit(), [] if draw.likely else [draw.unit()]
    if draw.likely and unit == draw.world.lead_department:
        unit = draw.world.xiaofang
    return actions.assign(
        pk, by=by, department=unit, due_on=draw.day(0, 40), helping=helping, note=draw.text("请抓紧"),
        by_task_force=not draw.likely and draw.one([True, False]),
    )  # fmt: skip


def _tell(draw: Draw, pk: int, by: Any) -> Hazard:
    stages = ["discovery", "completion"] if draw.likely else ["discovery", "completion", "never"]
    told = {"regulator_on": draw.day(-3, 0), "assembly_on": draw.day(0, 0)}
    return major_actions.tell(pk, by=by, stage=draw.one(stages), note=draw.text("已报告"), **told)


def _ask_extension(draw: Draw, pk: int, by: Any) -> Hazard:
    due = Hazard.objects.get(pk=pk).due_on
    later = max(due, draw.today) + timedelta(draw.random.randint(1, 12)) if due else draw.day(0, 9)
    return extension_actions.ask_extension(
        pk, by=by, to_due_on=later if draw.likely else draw.day(0, 70), reason=draw.text("等待设备"),
        interim=draw.text("专人看守"),
    )  # fmt: skip


VERBS: dict[Action, Callable[[Draw, int, Any], Any]] = {
    Action.ASSIGN: _assign,
    Action.PROGRESS: lambda d, pk, by: actions.progress(
        pk, by=by, note=d.text("进行中"), difficulty=d.text("缺设备"), photos=d.photos(needed=False)
    ),
    Action.SUBMIT: lambda d, pk, by: actions.submit(
        pk, by=by, measure=d.text("已清理"), done_on=d.day(-2, 0), photos=d.photos(needed=True)
    ),
    Action.ACCEPT: lambda d, pk, by: actions.accept(pk, by=by, note=d.text("合格")),
    Action.REJECT: lambda d, pk, by: actions.reject(pk, by=by, note=d.text("照片不清")),
    Action.REFER: lambda d, pk, by: referral_actions.refer(
        pk, by=by, receiver=d.unit(), reason=d.text("属于对方职责")
    ),
    Action.RECEIVE: lambda d, pk, by: referral_actions.receive(pk, by=by, note=d.text("")),
    Action.DECLINE: lambda d, pk, by: referral_actions.decline(pk, by=by, note=d.text("不属于本单位")),
    Action.COMMIT: _commit,
    Action.TELL: _tell,
    Action.ASK_EXTENSION: _ask_extension,
    Action.EXTEND: lambda d, pk, by: extension_actions.extend(pk, by=by, note=d.text("")),
    Action.REFUSE_EXTENSION: lambda d, pk, by: extension_actions.refuse_extension(
        pk, by=by, note=d.text("不必")
    ),
    Action.SUPERVISE: lambda d, pk, by: major_actions.supervise(
        pk, by=by, supervision_level="county", number=d.text("督〔2021〕1号"), published_on=d.day(0, 0),
        limit=d.day(0, 60), note=d.text(""),
    ),
    Action.LIFT: lambda d, pk, by: major_actions.lift(pk, by=by, note=d.text("险情已排除")),
    Action.ASK_JOINT: lambda d, pk, by: joint_actions.ask_joint(pk, by=by, reason=d.text("拒不配合")),
    Action.JOINT: _convene,
    Action.URGE: lambda d, pk, by: urge_actions.urge(pk, by=by, note=d.text("请抓紧")),
    Action.MERGE: lambda d, pk, by: duplicate_actions.merge(
        pk, by=by, same_as=d.other_number(pk), note=d.text("")
    ),
    Action.VOID: lambda d, pk, by: actions.void(pk, by=by, note=d.text("登记有误")),
}  # fmt: skip
"""Every verb on a hazard that is there."""

RARELY = (Action.VOID, Action.MERGE, Action.REFER)
"""They end a life or throw it back: offered now and then only, so that most lives get on."""


def report(draw: Draw, by: Any, level: str, *, fixed: bool) -> Hazard:
    if not fixed:
        return actions.report(draw.world.campaign, finding(draw, level), by=by)
    after, words = draw.photos(needed=True), draw.text("当场搬走")
    given = finding(draw, Level.GENERAL if draw.likely else level)
    return actions.report_fixed(draw.world.campaign, given, by=by, after=after, measure=words)
