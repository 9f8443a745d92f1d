"""Deletes what nobody needs any more; run it every night."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.domain import retention


class Command(BaseCommand):
    """§D14: the retention command."""

    help = "Delete unfinished sign-ups, unused verifications, old attempt logs and ended sessions."

    def handle(self, **_options: object) -> None:
        """Run the rule and say what went."""
        for name, count in retention.delete_unfinished(now=timezone.now()).items():
            self.stdout.write(f"{name}: {count}")
