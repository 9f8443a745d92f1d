"""Takes the second step of a staff account's log-in away, where nobody else could do it in the admin."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.domain import second_factor
from accounts.models import ResetReason, User
from accounts.names import normalize_username
from kotra_portal.errors import RuleViolation


class Command(BaseCommand):
    """§D14: the operator's way to a reset; the event names no actor."""

    help = "Reset the second step of a staff account's log-in; its owner sets up anew at the next log-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and why."""
        parser.add_argument("username")
        parser.add_argument("--reason", choices=ResetReason.values, default=ResetReason.LOST.value)

    def handle(self, *, username: str, reason: str, **_options: object) -> None:
        """Reset it, or say why not; raises CommandError."""
        person = User.objects.filter(username=normalize_username(username), is_staff=True).first()
        if person is None:
            raise CommandError(f"There is no staff account {username}.")
        try:
            second_factor.reset(person, actor=None, reason=reason, now=timezone.now())
        except RuleViolation as refusal:
            raise CommandError(f"{person.username}: {refusal}") from None
        self.stdout.write(f"{person.username}: reset")
