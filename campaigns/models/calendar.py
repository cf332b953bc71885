"""Days on which people work, and days off."""

from django.db import models


class CalendarDay(models.Model):
    """A day that differs from the plain week: a holiday, or a weekend day that is worked (国务院放假安排).

    Seeded from chinesecalendar; a system admin adds later years and mends what a place does otherwise.
    """

    day = models.DateField("日期", unique=True)
    working = models.BooleanField("上班", help_text="勾选表示调休上班，不勾选表示放假")
    name = models.CharField("说明", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "放假和调休日"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name or ('上班' if self.working else '放假')}"
