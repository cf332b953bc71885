"""Choices of the base data: parks, places and risk colours."""

from django.db.models import TextChoices


class ParkKind(TextChoices):
    """What a task force answers for: a park, or (P4) an area or a set of premises."""

    INDUSTRIAL = "industrial", "小微园 / 工业园区"
    LOGISTICS = "logistics", "物流仓储园区"
    PORT = "port", "港口园区"
    AREA = "area", "区域"
    PREMISES = "premises", "场所"


class RiskColour(TextChoices):
    """Four-colour risk grade; red is worst. Not to be confused with the deadline lights."""

    RED = "red", "红（重大风险）"
    ORANGE = "orange", "橙（较大风险）"
    YELLOW = "yellow", "黄（一般风险）"
    BLUE = "blue", "蓝（低风险）"
