"""What was planned, and what came out."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from chaos.mail import Inbox
from chaos.robots import Robots
from notices.enums import Channel, DeliveryState
from notices.models import Carried, Delivery, Notice
from notices.subjects import KEY, Key


@dataclass
class Tally:
    """The figures of the table."""

    planned: int
    in_inboxes: int
    lost: int
    duplicates: int
    marked_late: int
    messages: int
    arrived: int
    messages_lost: int
    notices_not_sent: int
    repeated_marked: int
    repeated_unmarked: int
    kills: int

    @property
    def good(self) -> bool:
        """Nothing lost, nothing twice in an inbox, outside at most one marked repetition a kill."""
        wrong = self.lost + self.duplicates + self.messages_lost + self.notices_not_sent
        return not wrong and not self.repeated_unmarked and self.repeated_marked <= self.kills


def tally(planned: set[Key], mailed: set[Key], inbox: Inbox, robots: Robots, kills: int) -> Tally:
    """planned: all that inboxes must hold; mailed: what must have gone out by mail as well."""
    rows = Counter(Notice.objects.values_list(*KEY))
    keys = {str(key) for key in Delivery.objects.filter(channel=Channel.EMAIL).values_list("pk", flat=True)}
    came = {mail.key for mail in inbox.mails}
    arrived = {UUID(key) for key in came}
    out = Carried.objects.filter(way=0, delivery__in=arrived, delivery__state=DeliveryState.SENT)
    carried = set(out.values_list(*[f"notice__{name}" for name in KEY]))
    marked, unmarked = inbox.repetitions()
    groups = Delivery.objects.exclude(channel=Channel.EMAIL)
    told = {name: len(texts) for name, texts in robots.told.items()}
    again = sum(told.values()) - groups.count()
    said = sum("可能重复" in text for texts in robots.told.values() for text in texts)
    return Tally(
        planned=len(planned),
        in_inboxes=len(rows),
        lost=len(planned - set(rows)),
        duplicates=sum(count - 1 for count in rows.values()),
        marked_late=Notice.objects.filter(late=True).count(),
        messages=len(keys) + groups.count(),
        arrived=len(inbox.mails) + sum(told.values()),
        messages_lost=len(keys - came) + max(0, -again),
        notices_not_sent=len(mailed - carried),
        repeated_marked=marked + min(said, max(0, again)),
        repeated_unmarked=unmarked + max(0, again - said),
        kills=kills,
    )
