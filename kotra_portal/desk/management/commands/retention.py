"""Deletes what nobody needs any more; run it every night."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.domain import retention as of_people
from companies.domain import retention as of_companies

RULES = (of_people.delete_unfinished, of_people.delete_old_mails, of_companies.delete_unfinished)


class Command(BaseCommand):
    """§D14: the retention command."""

    help = (
        "Delete unfinished sign-ups, registrations and corrections, unused verifications, old attempt logs, ended "
        "sessions, old mails and uploaded files that belong to nothing."
    )

    def handle(self, **_options: object) -> None:
        """Run the rules and say what went."""
        now = timezone.now()
        for delete in RULES:
            for name, count in delete(now=now).items():
                self.stdout.write(f"{name}: {count}")
