"""What tests of outgoing messages share: a real mail server, and hazards that fall due."""

from collections.abc import Iterator
from contextlib import contextmanager

from chaos.mail import Inbox, MailServer
from tests import factories


@contextmanager
def mail_server(settings) -> Iterator[Inbox]:
    """The product's own mail settings lead to it."""
    inbox = Inbox()
    with MailServer(inbox) as server:
        settings.EMAIL_ON = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield inbox


def hazard_of(world, due_on, **facts):
    """A hazard of park_a that xiaofang must repair by that day."""
    facts = {"status": "rectifying", "responsible_department": world.xiaofang} | facts
    return factories.HazardFactory(
        task_force=world.task_force_a, reported_by=world.tf_a, due_on=due_on, **facts
    )


def with_addresses(*people):
    """Give each an address of their own."""
    for person in people:
        person.email = f"{person.username}@example.com"
        person.save()
