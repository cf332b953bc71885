"""The deadline light of a hazard: pure, today is an argument."""

from datetime import date

from campaigns.enums import Light
from campaigns.lights import light_of_done, light_of_open
from hazards.enums import Status


def light_of(
    status: str,
    *,
    due_on: date | None,
    done_on: date | None,
    today: date,
    yellow_days: int = 3,
    backfilled: bool = False,
) -> tuple[Light, int | None]:
    """Return the light and its days: days left (yellow, green), days over (red, late), else None.

    On the due day itself a hazard is yellow with 0 days left; it is red from the day after. A
    back-filled one whose date lay before the campaign's issue is never overdue. Waiting for
    acceptance stops the clock at the day on which the work was done; a ledger that says done without
    a day is not called late. Void hazards are grey.
    """
    if due_on is None or backfilled or status == Status.VOID:
        return Light.GREY, None
    if status == Status.CLOSED:
        if done_on is None:
            return Light.GREY, None
        return light_of_done(due_on, done_on)
    if status == Status.SUBMITTED:
        over = (done_on - due_on).days if done_on else 0
        return (Light.RED, over) if over > 0 else (Light.GREEN, None)
    return light_of_open(due_on, today, yellow_days)


def words(light: str, days: int | None, status: str = "") -> str:
    """The light in words, as pages, workbooks and notices say it; a colour alone says nothing.

    Empty for a closed or void hazard that no date tells of: nobody waits for a deadline there any more.
    Work that was done in time and waits for acceptance is not called 正常 but by what it is.
    """
    if light == Light.GREY and status in (Status.CLOSED, Status.VOID):
        return ""
    if light == Light.GREEN and status == Status.SUBMITTED:
        return "按期整改"
    match light:
        case Light.RED:
            return f"逾期 {days} 天"
        case Light.YELLOW:
            return f"还有 {days} 天到期" if days else "今日到期"
        case Light.LATE:
            return f"逾期 {days} 天完成" if days else Light.LATE.label
        case Light.ON_TIME | Light.GREEN | Light.GREY:
            return Light(light).label
    return ""
