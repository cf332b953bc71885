"""Ways out of the system: each sends one message, or says why not and whether another try may help."""

from django.conf import settings

from notices.channels import mail, robots
from notices.enums import Channel
from notices.models import Delivery


def available(channel: Channel) -> bool:
    """Whether messages may be written for this way at all: mail wants a server (EMAIL_URL)."""
    return channel != Channel.EMAIL or settings.EMAIL_ON


def send(delivery: Delivery) -> None:
    """Send one claimed message. Raises outbox.SendError; anything else is a fault of ours."""
    if delivery.channel == Channel.EMAIL:
        mail.send(delivery)
    else:
        robots.send(delivery)
