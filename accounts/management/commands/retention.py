"""Deletes what nobody needs any more; run it every night."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.domain import retention


class Command(BaseCommand):
    """§D14: the retention command."""

    help = "Delete unfinished sign-ups, unused verifications, old attempt logs, ended sessions and old mails."

    def handle(self, **_options: object) -> None:
        """Run the rules and say what went."""
        now = timezone.now()
        for name, count in (retention.delete_unfinished(now=now) | retention.delete_old_mails(now=now)).items():
            self.stdout.write(f"{name}: {count}")
