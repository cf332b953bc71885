"""What the demo tells beside the status of its hazards: extensions, referrals, joint enforcement.

Stories are taken as they were written and get further steps, from dice of their own: the rest of the
demo stays as it is.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from campaigns.models import Campaign
from hazard_tracker.demo.days import office_time, workdays
from hazard_tracker.demo.people import Cast
from hazards.backfill import PastStep, Story
from hazards.enums import Action, Level, SupervisionLevel
from hazards.models import Hazard, JointEnforcement
from hazards.procedures.joint_actions import Gathering
from hazards.procedures.major_actions import Five
from parks.models import Department

SEED = 20211202
FIRE = "《重大火灾隐患判定方法》（GB 35181-2017）"
CLAUSES = {
    1: f"{FIRE}第7.2条（防火分隔）",
    2: f"{FIRE}第7.3条（安全疏散设施及灭火救援条件）",
    5: "《工贸行业重大生产安全事故隐患判定标准（2017版）》专项类重大事故隐患",
    6: "《城镇燃气管理条例》：燃气设施被占压并检出泄漏",
    7: f"{FIRE}第7.4条（消防给水及灭火设施）",
}
"""By the number of the category in the plan."""
TITLE = "园区突出隐患联合执法"
RESULT = "现场责令停止使用，切断相关区域电源；约谈业主和承租企业负责人，当场签订整改承诺书，明确逐周复查。"
JOINT_UNITS = ("执法局", "消防大队", "应急局", "供电局")


@dataclass
class JointPlan:
    """The joint enforcement that the histories tell of, to be saved when its hazards have been."""

    day: date
    at: datetime
    units: list[Department]
    hazards: list[Hazard] = field(default_factory=list)


class Chronicler:
    """Adds steps to stories."""

    def __init__(self, campaign: Campaign, cast: Cast, stories: Sequence[Story]) -> None:
        self.campaign, self.cast, self.stories = campaign, cast, list(stories)
        self.rng = random.Random(SEED)
        self.days = workdays(campaign.starts_on, campaign.today())[:-1]
        self.used: set[int] = set()

    def write(self) -> JointPlan:
        """All of it."""
        self._commit_majors()
        self._extensions()
        self._referrals()
        plan = self._joint()
        self._supervise(plan)
        self._ask_joint(self._late(Level.GENERAL)[0], self.days[-1])
        return plan

    def _commit_majors(self) -> None:
        """五落实 of every major hazard that was assigned, on the day of its assignment."""
        for story in self.stories:
            given = self._assignment(story)
            if story.hazard.level != Level.MAJOR or given is None or given.department is None:
                continue
            by = self.cast.officers[given.department.pk]
            five = Five(
                duty=f"{given.department.name}牵头，企业主要负责人为整改第一责任人",
                measures="立即停止使用相关区域，按整改方案施工，完工后由专业机构检测",
                funds=f"企业自筹{self.rng.randint(3, 30)}万元，专款专用",
                time_limit=f"{given.due_on:%Y-%m-%d}前完成，每周报送进度",
                emergency_plan="整改期间专人值守，落实断电、撤人和初期处置预案",
            )
            clause = CLAUSES[story.hazard.category.order]
            at = given.at + timedelta(minutes=self.rng.randint(10, 55))
            step = PastStep(Action.COMMIT, by, at, given={"five": five, "clause": clause})
            story.steps.insert(story.steps.index(given) + 1, step)

    def _extensions(self) -> None:
        """One granted, one waiting, one refused: all asked by those who repair."""
        early = self._open(lambda story, due: due > self.campaign.today() + timedelta(days=5))
        general = [story for story in early if story.hazard.level == Level.GENERAL]
        granted, waiting = general[:2]
        (refused,) = self._late(Level.GENERAL)[:1]
        self._ask(granted, self.days[-4], days=12)
        self._add(granted, Action.EXTEND, self.cast.lead, self.days[-3], "情况属实，同意延期，落实管控措施。")
        self._ask(waiting, self.days[-1], days=14)
        self._ask(refused, self.days[-3], days=20)
        self._add(
            refused,
            Action.REFUSE_EXTENSION,
            self.cast.lead,
            self.days[-2],
            "已逾期，且无客观原因，请倒排时间抓紧整改。",
        )

    def _ask(self, story: Story, day: date, *, days: int) -> None:
        given = self._assignment(story)
        assert given and given.due_on and given.department
        start = max(given.due_on, self.campaign.today())
        to_due_on = min(start + timedelta(days=days), self.campaign.ends_on)
        asked = {"to_due_on": to_due_on, "interim": "相关区域停用并上锁，每日巡查两次，增配灭火器"}
        self._add(
            story,
            Action.ASK_EXTENSION,
            self._worker(story),
            day,
            "定制设备到货推迟，施工单位排期已顺延。",
            **asked,
        )

    def _referrals(self) -> None:
        """One waits for its receipt, one was received."""
        fresh = [
            story
            for story in self.stories
            if len(story.steps) == 1
            and story.steps[0].action == Action.REPORT
            and story.hazard.level == Level.GENERAL
        ]
        for story, name, reason in (
            (fresh[0], "消防大队", "涉及消防设施，属消防监督职责。"),
            (fresh[1], "执法局", "涉及违法搭建，属综合行政执法职责。"),
        ):
            self.used.add(id(story))
            self._add(
                story, Action.REFER, self.cast.lead, self.days[-1], reason, receiver=self.cast.units[name]
            )
        unit = self.cast.units["执法局"]
        officer = self.cast.officers[unit.pk]
        self._add(fresh[1], Action.RECEIVE, officer, self.days[-1], "已签收，安排中队现场核查。")

    def _joint(self) -> JointPlan:
        """A task force asked, the lead bureau convened: for an overdue major hazard and a general one."""
        stories = [self._late(Level.MAJOR)[0], self._late(Level.GENERAL)[0]]
        units = [self.cast.units[name] for name in JOINT_UNITS]
        for story in stories:
            self.used.add(id(story))
            self._ask_joint(story, self.days[-7])
        day = self.days[-4]
        at = max(self._moment(story, day) for story in stories)
        for story in stories:
            given = {"title": TITLE, "units": units}
            story.steps.append(PastStep(Action.JOINT, self.cast.lead, at, RESULT, given=given))
        return JointPlan(day, at, units, [story.hazard for story in stories])

    def _supervise(self, plan: JointPlan) -> None:
        """The major hazard of the joint enforcement is listed two working days later."""
        story = next(story for story in self.stories if story.hazard is plan.hazards[0])
        day = self.days[-2]
        listed: dict[str, Any] = {
            "level": SupervisionLevel.COUNTY,
            "number": "演示督〔2021〕1号",
            "limit": day + timedelta(days=self.campaign.supervision_days),
        }
        note = "逐周报送进度，未完成整改前不得恢复生产。"
        self._add(story, Action.SUPERVISE, self.cast.lead, day, note, **listed)

    def _ask_joint(self, story: Story, day: date) -> None:
        self.used.add(id(story))
        task_force = story.hazard.task_force_id
        assert task_force
        by = self.cast.members[task_force][0]
        self._add(
            story, Action.ASK_JOINT, by, day, "业主与承租企业互相推诿，专班多次督促无果，需多部门联合执法。"
        )

    def _late(self, level: Level) -> list[Story]:
        today = self.campaign.today()
        late = self._open(lambda story, due: due < today)
        return [story for story in late if story.hazard.level == level and self._rests(story)]

    def _rests(self, story: Story) -> bool:
        """Whether nothing was told of it in the last eight working days, so that more can be."""
        return story.steps[-1].at.date() < self.days[-8]

    def _open(self, fits: Callable[[Story, date], bool]) -> list[Story]:
        """Stories not used yet that were never submitted and stand at 整改中, with a fitting deadline."""
        ended = (Action.SUBMIT, Action.REJECT, Action.ACCEPT, Action.VOID, Action.REPORT_FIXED)
        found = []
        for story in self.stories:
            given = self._assignment(story)
            if given is None or given.due_on is None or id(story) in self.used:
                continue
            if not any(step.action in ended for step in story.steps) and fits(story, given.due_on):
                found.append(story)
        return found

    def _assignment(self, story: Story) -> PastStep | None:
        return next((step for step in story.steps if step.action == Action.ASSIGN), None)

    def _worker(self, story: Story) -> User:
        given = self._assignment(story)
        assert given and given.department
        if given.by_task_force and story.hazard.task_force_id:
            return self.cast.members[story.hazard.task_force_id][0]
        return self.cast.officers[given.department.pk]

    def _moment(self, story: Story, day: date) -> datetime:
        return office_time(max(day, story.steps[-1].at.date()), self.rng, after=story.steps[-1].at)

    def _add(self, story: Story, action: Action, by: User, day: date, note: str, **given: Any) -> None:
        self.used.add(id(story))
        story.steps.append(PastStep(action, by, self._moment(story, day), note, given=given))


def make_joint(campaign: Campaign, cast: Cast, plan: JointPlan) -> JointEnforcement:
    """Save the joint enforcement of which the histories tell."""
    held = Gathering(TITLE, plan.day, plan.units, plan.hazards, RESULT)
    row = JointEnforcement.objects.create(
        campaign=campaign,
        title=held.title,
        held_on=held.held_on,
        outcome=held.outcome,
        recorded_by=cast.lead,
        recorded_at=plan.at,
    )
    row.units.set(held.units)
    row.hazards.set(held.hazards)
    return row
