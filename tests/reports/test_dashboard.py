"""The home page: every figure equals a plain recount, and leads to a list of exactly that many."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from campaigns.enums import Light
from campaigns.models import Phase
from campaigns.queries import scope_of
from hazards.enums import Level, Status
from hazards.models import Hazard
from hazards.queries import hazards_for
from reports.figures.stocks import overdue_at
from reports.home.charts import ceiling, columns, rows, timeline
from reports.home.dashboard import board_for
from tests import factories

TODAY = date(2021, 9, 15)  # a Wednesday, the world's clock
MONDAY = date(2021, 9, 13)


def sprinkle(world, count=160, seed=7):
    """Hazards of every sort over four months, also before the campaign and voided ones."""
    pick = random.Random(seed)
    categories = list(world.campaign.categories.all())
    units = [world.xincheng, world.jingfa, world.xiaofang]
    for n in range(count):
        task_force = pick.choice([world.task_force_a, world.task_force_a, world.task_force_b])
        found = TODAY - timedelta(days=pick.randint(0, 120))
        status = pick.choice([*Status.values, Status.CLOSED, Status.RECTIFYING])
        due = None if pick.random() < 0.15 else found + timedelta(days=pick.randint(0, 40))
        done = min(TODAY, found + timedelta(days=pick.randint(0, 35)))
        worked = status in (Status.SUBMITTED, Status.CLOSED)
        factories.HazardFactory(
            task_force=task_force,
            number=f"D-{n:04d}",
            category=pick.choice(categories),
            level=pick.choice([Level.GENERAL, Level.GENERAL, Level.GENERAL, Level.MAJOR]),
            responsible_department=pick.choice(units),
            found_on=found,
            due_on=due,
            backfilled=due is not None and pick.random() < 0.05,
            status=status,
            done_on=done if worked else None,
            submitted_by=world.dept_xiaofang if worked else None,
            closed_on=min(TODAY, done + timedelta(days=pick.randint(0, 6)))
            if status == Status.CLOSED
            else None,
            accepted_by=world.lead if status == Status.CLOSED else None,
        )
    factories.HazardFactory(task_force=world.task_force_c, number="OTHER-1")


@pytest.fixture
def busy(world):
    sprinkle(world)
    return world


def board_of(world, user):
    return board_for(scope_of(user), world.campaign, TODAY)


def seen_by(world, user):
    return [h for h in hazards_for(user).filter(campaign=world.campaign) if h.status != Status.VOID]


def light(hazard, day=TODAY):
    return hazard.light(day, 3)[0]


def listed(client, href):
    """How many hazards the list behind an address shows."""
    response = client.get(href)
    assert response.status_code == 200, href
    errors = response.context["filter"].form.errors
    assert not errors, (href, errors)
    return response.context["filter"].qs.count()


PERSONAS = ["lead", "leader", "assessor", "dept_xincheng", "dept_xiaofang", "tf_a", "tf_b", "operator_a"]


@pytest.mark.parametrize("who", PERSONAS)
def test_figures_equal_a_plain_recount(busy, who):
    user = getattr(busy, who)
    board = board_of(busy, user)
    mine = seen_by(busy, user)
    by_label = {figure.label: figure for figure in board.figures}
    week, last = (MONDAY, TODAY), (MONDAY - timedelta(days=7), TODAY - timedelta(days=7))

    def found(span):
        return sum(span[0] <= h.found_on <= span[1] for h in mine)

    def closed(span):
        return sum(h.closed_on is not None and span[0] <= h.closed_on <= span[1] for h in mine)

    opened = [h for h in mine if h.is_open]
    assert (by_label["本周发现"].value, by_label["本周发现"].delta) == (
        found(week),
        found(week) - found(last),
    )
    assert by_label["本周整改销号"].value == closed(week)
    assert by_label["本周整改销号"].delta == closed(week) - closed(last)
    assert by_label["未销号"].value == len(opened)
    assert by_label["逾期"].value == sum(light(h) == Light.RED for h in opened)
    assert by_label["重大隐患未销号"].value == sum(h.level == Level.MAJOR for h in opened)
    period = [h for h in mine if date(2021, 7, 1) <= h.found_on <= TODAY]
    done = [h for h in period if h.status == Status.CLOSED]
    rate = f"{len(done) * 100 / len(period):.1f}%"
    assert by_label["整改率"].note == f"销号 {len(done)} / 发现 {len(period)}"
    assert abs(float(by_label["整改率"].value[:-1]) - float(rate[:-1])) <= 0.1
    assert [(one.light, one.count) for one in board.lights] == [
        (name, sum(light(h) == name for h in opened))
        for name in (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
    ]
    for one in board.weeks:
        span = (one.period.start, one.period.end)
        assert (one.found, one.closed) == (found(span), closed(span))
    assert len(board.weeks) == 12


def test_stock_at_the_end_of_last_week(busy):
    """Open and overdue then, told from the dates, equal a recount by each hazard's own dates."""
    then = MONDAY - timedelta(days=1)
    mine = seen_by(busy, busy.lead)
    open_then = [h for h in mine if h.found_on <= then and (h.closed_on is None or h.closed_on > then)]
    figure = {f.label: f for f in board_of(busy, busy.lead).figures}
    now = sum(h.is_open for h in mine)
    assert figure["未销号"].delta == now - len(open_then)

    def late_then(h):
        if h.due_on is None or h.backfilled or (h.status == Status.SUBMITTED and h.done_on is None):
            return False
        ended = h.done_on if h.done_on is not None and h.done_on <= then else then
        return ended > h.due_on

    assert figure["逾期"].value - figure["逾期"].delta == sum(late_then(h) for h in open_then)


def test_overdue_at_today_is_the_red_light(busy):
    opened = Hazard.objects.filter(campaign=busy.campaign, status__in=["reported", "rectifying", "submitted"])
    by_dates = set(opened.filter(overdue_at(TODAY)).values_list("pk", flat=True))
    # The day itself is not over: what is due today turns red tomorrow under both rules.
    assert by_dates == {h.pk for h in opened if light(h) == Light.RED}


@pytest.mark.parametrize("who", PERSONAS)
def test_every_address_lists_as_many_as_the_figure_says(busy, client, who):
    user = getattr(busy, who)
    client.force_login(user)
    board = board_of(busy, user)
    links = [(f.href, f.value) for f in board.figures if f.label != "整改率"]
    rate = next(f for f in board.figures if f.label == "整改率")
    links.append((rate.href, int(rate.note.split()[1])))
    links += [(one.href, one.count) for one in board.lights]
    for one in board.weeks:
        links += [(one.found_url, one.found), (one.closed_url, one.closed)]
    for row in board.heat.rows:
        links += [(cell.href, cell.count) for cell in row.cells] + [(row.total_url, row.total)]
    links += [(cell.href, cell.count) for cell in board.heat.column_totals]
    for rank in board.ranking:
        links += [(rank.found_url, rank.tally.found), (rank.closed_url, rank.tally.closed)]
        links.append((rank.overdue_url, rank.tally.overdue))
    assert len(links) > 40
    for href, number in dict(links).items():
        assert listed(client, href) == number, href


def test_heat_table_adds_up(busy):
    board = board_of(busy, busy.lead)
    opened = Counter((h.park_id, h.category_id) for h in seen_by(busy, busy.lead) if h.is_open)
    shown = [[cell.count for cell in row.cells] for row in board.heat.rows]
    assert sum(map(sum, shown)) == sum(opened.values()) == board.heat.total
    assert [sum(column) for column in zip(*shown, strict=True)] == [c.count for c in board.heat.column_totals]
    assert all((cell.count == 0) == (cell.shade == 0) for row in board.heat.rows for cell in row.cells)
    assert max(cell.shade for row in board.heat.rows for cell in row.cells) == 5


def test_ranking_is_by_rate_and_equal_rates_share_a_place(world):
    for number, (force, status) in enumerate(
        [
            (world.task_force_a, Status.CLOSED),
            (world.task_force_b, Status.CLOSED),
            (world.task_force_b, "reported"),
        ]
    ):
        closed = status == Status.CLOSED
        factories.HazardFactory(
            task_force=force,
            number=f"R{number}",
            status=status,
            closed_on=TODAY if closed else None,
            accepted_by=world.lead if closed else None,
        )
    ranking = board_of(world, world.lead).ranking
    assert [(r.place, r.park.pk, r.tally.rate) for r in ranking] == [
        (1, world.park_a.pk, "100.0%"),
        (2, world.park_b.pk, "50.0%"),
    ]


def test_nobody_sees_another_campaigns_or_parks_hazards(busy, client):
    for who in PERSONAS:
        client.force_login(getattr(busy, who))
        page = client.get(reverse("reports:home")).content.decode()
        assert "丙园" not in page
        if who in ("tf_a", "operator_a"):
            assert "乙园" not in page


def test_waiting_box_says_what_the_lists_hold(busy, client):
    for who in ("lead", "tf_a", "tf_b", "dept_xiaofang", "dept_xincheng", "operator_a"):
        user = getattr(busy, who)
        client.force_login(user)
        tasks = client.get(reverse("reports:home")).context["tasks"]
        assert tasks, who
        for task in tasks:
            assert listed(client, task.href) == task.count, (who, task)
    client.force_login(busy.leader)
    response = client.get(reverse("reports:home"))
    assert response.context["tasks"] == []
    assert "待我处理" not in response.content.decode()


def test_own_submissions_are_pointed_out(world, client):
    factories.HazardFactory(
        task_force=world.task_force_a, status=Status.SUBMITTED, done_on=TODAY, submitted_by=world.tf_a
    )
    client.force_login(world.tf_a)
    task = next(t for t in client.get("/").context["tasks"] if t.verb == "验收")
    assert task.note == "其中 1 项由您申请，须由他人验收"


@pytest.mark.parametrize("who", ["lead", "dept_xincheng", "tf_a"])
def test_query_budget_does_not_grow_with_the_data(world, client, django_assert_max_num_queries, who):
    sprinkle(world, count=200)
    client.force_login(getattr(world, who))
    with django_assert_max_num_queries(32):
        assert client.get("/").status_code == 200


def test_page_holds_to_the_policy_and_reads_aloud(busy, client):
    client.force_login(busy.lead)
    page = client.get("/").content.decode()
    assert "style=" not in page and "<script>" not in page
    assert "近 12 周共发现" in page and '<desc id="trend-desc">' in page
    for word in ("逾期", "即将到期", "正常", "无期限", "第 77 天，共 184 天"):
        assert word in page


def test_a_new_campaign_invites(world, client):
    client.force_login(world.lead)
    page = client.get("/").content.decode()
    assert "上报第一条隐患" in page and "导入已有台账" in page
    client.force_login(world.leader)
    page = client.get("/").content.decode()
    assert "还没有隐患记录" in page and "上报第一条隐患" not in page


@pytest.mark.parametrize(("who", "word"), [("system_admin", "系统管理员"), ("auditor", "审计管理员")])
def test_people_without_a_campaign_are_told_what_they_can_do(world, client, who, word):
    user = getattr(world, who)
    user.is_staff = True
    user.save()
    client.force_login(user)
    response = client.get("/")
    assert response.status_code == 200
    page = response.content.decode()
    assert f"您是{word}" in page
    for address in {part.split('"')[0] for part in page.split('class="tile" href="')[1:]}:
        assert client.get(address).status_code == 200


def test_phases_stand_on_one_scale(world):
    Phase.objects.create(campaign=world.campaign, order=1, name="部署", ends_on=date(2021, 7, 10))
    Phase.objects.create(
        campaign=world.campaign, order=2, name="整治", starts_on=date(2021, 7, 1), ends_on=TODAY
    )
    Phase.objects.create(campaign=world.campaign, order=3, name="总结", raw_dates="2021月12月")
    drawn = timeline(world.campaign, TODAY)
    assert [bar.state for bar in drawn.phases] == ["已结束", "进行中", "日期未定"]
    assert drawn.phases[0].x == 0 and drawn.today == 76 * 1000 // 184
    assert all(bar.x + bar.width <= 1010 for bar in drawn.phases)
    assert timeline(world.campaign, date(2022, 3, 1)).today is None


@pytest.mark.parametrize(
    ("number", "end"), [(0, 4), (4, 4), (5, 8), (19, 20), (21, 40), (199, 200), (201, 400)]
)
def test_axis_ends_on_round_quarters(number, end):
    assert ceiling(number) == end and end % 4 == 0


def test_bars_stay_inside_the_drawing(busy):
    weeks = board_of(busy, busy.lead).weeks
    for chart in (columns(weeks), rows(weeks)):
        assert len(chart.bars) == 24
        for bar in chart.bars:
            assert bar.x >= 0 and bar.x + bar.width <= chart.width and bar.y + bar.height <= chart.height
            assert QueryDict(bar.href.partition("?")[2])


@pytest.mark.parametrize("who", PERSONAS)
def test_no_link_of_the_page_ends_in_nothing(busy, client, who):
    client.force_login(getattr(busy, who))
    page = client.get("/").content.decode().replace("&amp;", "&")
    inside = page.partition('<main class="main"')[2].partition("</main>")[0]
    links = {part.partition('"')[0] for part in inside.split('href="')[1:]}
    assert len(links) > 20
    for link in sorted(links):
        assert link.startswith(("/", "#")) and client.get(link).status_code == 200, link
