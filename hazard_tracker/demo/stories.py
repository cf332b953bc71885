"""The demo's hazards: what was found where, and every step since, as those in charge would have taken it."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.models import User
from campaigns.models import Campaign, Category, Measure, TaskForce
from hazard_tracker.demo import texts
from hazard_tracker.demo.days import later, office_time, workdays
from hazard_tracker.demo.fates import CLOSED, GENERAL, MAJOR, Days, Fate, days_of
from hazard_tracker.demo.people import Cast
from hazard_tracker.demo.photos import Picture
from hazard_tracker.demo.places import Premises
from hazards.backfill import PastStep, StoredPhoto, Story
from hazards.enums import Action, Level, PhotoKind, Source
from hazards.models import Hazard
from parks.models import Department

SOURCES = {
    Source.PATROL: 46,
    Source.SELF_CHECK: 22,
    Source.INSPECTION: 18,
    Source.THIRD_PARTY: 6,
    Source.JOINT: 4,
    Source.UNANNOUNCED: 2,
    Source.HOTLINE: 2,
}
WEIGHTS = {1: 6, 2: 9, 3: 10, 4: 8, 5: 7, 6: 7, 7: 8, 8: 2}
"""How often a pattern of each category is drawn."""


@dataclass
class Author:
    """Writes one story after another from the same dice."""

    campaign: Campaign
    cast: Cast
    premises: dict[int, list[Premises]]
    pictures: dict[tuple[str, bool], Picture]
    rng: random.Random
    categories: dict[int, Category] = field(init=False)
    measures: dict[tuple[int, int], Measure] = field(init=False)
    """By the numbers of category and measure in the plan."""
    task_forces: list[TaskForce] = field(init=False)
    open_days: list[date] = field(init=False)

    def __post_init__(self) -> None:
        self.categories = {category.order: category for category in self.campaign.categories.all()}
        measures = self.campaign.measures.select_related("category")
        self.measures = {(one.category.order, one.order): one for one in measures}
        rows = self.campaign.task_forces.select_related("park", "department").order_by("order")
        self.task_forces = list(rows)
        self.open_days = workdays(self.campaign.starts_on, self.campaign.today())[:-1]

    def write(self) -> list[Story]:
        """All stories; which park and pattern meets which fate is drawn, how many of each fate is not."""
        wanted = [(fate, False) for fate, number in GENERAL.items() for _ in range(number)]
        wanted += [(fate, True) for fate, number in MAJOR.items() for _ in range(number)]
        self.rng.shuffle(wanted)
        return [self._story(fate, major) for fate, major in wanted]

    def _story(self, fate: Fate, major: bool) -> Story:
        pattern = self._pattern(fate, major)
        task_force = self.rng.choice(self.task_forces)
        days = days_of(fate, major, self.open_days, self.rng)
        words = {
            "n": self.rng.randint(2, 9),
            "m": self.rng.randint(10, 60),
            "b": self.rng.randint(1, 8),
            "f": self.rng.randint(1, 5),
        }
        hazard = self._found(pattern, task_force, days, words, major)
        scribe = _Scribe(self, hazard, task_force, pattern, pattern.remedy.format(**words), days)
        return Story(hazard, scribe.steps(fate))

    def _pattern(self, fate: Fate, major: bool) -> texts.Pattern:
        if major:
            return self.rng.choice(texts.MAJOR_PATTERNS)
        spot = fate in (Fate.SPOT, Fate.SPOT_WAITING)
        fitting = [pattern for pattern in texts.PATTERNS if pattern.quick or not spot]
        return self.rng.choices(fitting, [WEIGHTS[pattern.category] for pattern in fitting])[0]

    def _found(
        self, pattern: texts.Pattern, task_force: TaskForce, days: Days, words: dict[str, int], major: bool
    ) -> Hazard:
        premises = self.rng.choice(self.premises[task_force.park_id]) if pattern.inside else None
        if premises:
            words |= {"b": premises.building, "f": premises.floor}
        place = pattern.spot.format(**words)
        if premises:
            roof = place.startswith("楼顶")
            place = f"{premises.building}号楼{'' if roof else f'{premises.floor}层'}{place}"
        return Hazard(
            campaign=self.campaign,
            park=task_force.park,
            site=premises.enterprise.site if premises else None,
            task_force=task_force,
            enterprise=premises.enterprise if premises else None,
            place=place,
            description=pattern.text.format(**words),
            category=self.categories[pattern.category],
            measure=self.measures.get((pattern.category, pattern.measure)),
            level=Level.MAJOR if major else Level.GENERAL,
            source=self.rng.choices(list(SOURCES), list(SOURCES.values()))[0],
            found_on=days.found,
            responsible_department=task_force.department,
        )


@dataclass
class _Scribe:
    """Writes the steps of one hazard."""

    author: Author
    hazard: Hazard
    task_force: TaskForce
    pattern: texts.Pattern
    remedy: str
    days: Days

    def __post_init__(self) -> None:
        self.rng = self.author.rng
        self.members = self.author.cast.members[self.task_force.pk]
        self.unit = self.author.cast.units.get(self.pattern.unit)
        self.written: list[PastStep] = []

    def steps(self, fate: Fate) -> list[PastStep]:
        """Every step from the report to where the fate left it."""
        if fate in (Fate.SPOT, Fate.SPOT_WAITING):
            self._on_the_spot(accepted=fate == Fate.SPOT)
            return self.written
        self._report()
        if fate == Fate.VOID:
            self._add(Action.VOID, self.author.cast.lead, self.days.closed, note=self.rng.choice(texts.VOIDS))
        elif fate != Fate.REPORTED:
            self._assign()
            self._work(fate)
        return self.written

    def _work(self, fate: Fate) -> None:
        if fate in (Fate.RED, Fate.LATE) or self.rng.random() < 0.3:
            self._progress(late=fate in (Fate.RED, Fate.LATE))
        if fate in (Fate.GREEN, Fate.YELLOW, Fate.RED):
            return
        done = self.days.done
        self._submit(done)
        if fate in (Fate.REJECTED_ONCE, Fate.SENT_BACK) and done:
            reason = self.rng.choice(texts.REJECTIONS)
            self._add(Action.REJECT, self._accepter(), self._capped(done, 1), note=reason)
        if fate == Fate.REJECTED_ONCE and done:
            self._submit(later(done, 3))
            self._accept(later(done, 4))
        elif fate in CLOSED:
            self._accept(self.days.closed)

    def _on_the_spot(self, *, accepted: bool) -> None:
        self.hazard.source = Source.PATROL
        reporter = self.members[0]
        photos = self._photos(PhotoKind.BEFORE, PhotoKind.AFTER)
        self._add(Action.REPORT_FIXED, reporter, self.days.found, note=self.remedy, photos=photos)
        if accepted:
            self._add(Action.ACCEPT, self.rng.choice(self.members), self.days.closed)

    def _report(self) -> None:
        photos = self._photos(PhotoKind.BEFORE) if self.rng.random() < 0.75 else ()
        self._add(Action.REPORT, self._reporter(), self.days.found, photos=photos)

    def _assign(self) -> None:
        by_task_force = self.unit is None and self.hazard.level == Level.GENERAL
        by = self.members[0] if by_task_force and self.rng.random() < 0.6 else self.author.cast.lead
        unit = self.unit or self.task_force.department
        helping = self.task_force.department
        self._add(
            Action.ASSIGN,
            by,
            self.days.assigned,
            note=self.rng.choice(texts.ASSIGNMENTS),
            department=unit,
            by_task_force=by_task_force,
            helping=(helping,) if helping != unit and self.rng.random() < 0.5 else (),
            due_on=self.days.due,
        )

    def _progress(self, *, late: bool) -> None:
        """A word on the way; one written after the due day says what stands in the way."""
        assigned, last = self.days.assigned, self.author.open_days[-1]
        assert assigned
        day = later(self.days.due, 1) if late and self.days.due else later(assigned, 1)
        if self.days.done:
            day = min(day, self.days.done)
        difficulty = self.rng.choice(texts.DIFFICULTIES) if late else ""
        note = self.rng.choice(texts.PROGRESS)
        self._add(Action.PROGRESS, self._worker(), min(day, last), note=note, difficulty=difficulty)

    def _submit(self, day: date | None) -> None:
        photos = self._photos(PhotoKind.AFTER)
        self._add(Action.SUBMIT, self._worker(), day, note=self.remedy, done_on=day, photos=photos)

    def _accept(self, day: date | None) -> None:
        self._add(Action.ACCEPT, self._accepter(), day, note=self.rng.choice(texts.ACCEPTANCES))

    def _reporter(self) -> User:
        """Who would have logged a hazard from that source."""
        cast, source = self.author.cast, self.hazard.source
        if source == Source.SELF_CHECK:
            return cast.operators[self.hazard.park_id]
        if source == Source.INSPECTION:
            return self._officer(self.unit or self.task_force.department)
        if source in (Source.JOINT, Source.UNANNOUNCED, Source.HOTLINE):
            return cast.lead
        return self.rng.choice(self.members)

    def _worker(self) -> User:
        """Who repairs and reports back: the responsible unit, or one member of the task force."""
        return self._officer(self.unit) if self.unit else self.members[0]

    def _accepter(self) -> User:
        """Another than the worker; for a major hazard the lead bureau."""
        return self.author.cast.lead if self.hazard.level == Level.MAJOR else self.members[1]

    def _officer(self, unit: Department) -> User:
        return self.author.cast.officers[unit.pk]

    def _capped(self, day: date, steps: int) -> date:
        return min(later(day, steps), self.author.open_days[-1])

    def _photos(self, *kinds: PhotoKind) -> tuple[StoredPhoto, ...]:
        return tuple(
            self.author.pictures[self.pattern.scene, kind == PhotoKind.AFTER].as_photo(
                uuid.UUID(int=self.rng.getrandbits(128), version=4), kind
            )
            for kind in kinds
        )

    def _add(self, action: Action, by: User, day: date | None, **facts: object) -> None:
        """Add a step on that day, later than the one before."""
        assert day is not None, f"{action} needs a day"
        before: datetime | None = self.written[-1].at if self.written else None
        step = PastStep(action, by, office_time(day, self.rng, after=before), **facts)  # type: ignore[arg-type]
        self.written.append(step)
