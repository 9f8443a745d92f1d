"""Settles requests for registered numbers that a worker left when it died; run it every night."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from companies.domain import registration
from kotra_portal.one_by_one import SomeFailed


class Command(BaseCommand):
    """§D4: who asked for a number that another registered becomes 준회원; a second run finds nothing."""

    help = "Make open registration requests for registered numbers associates of the company, where that was left over."

    def handle(self, **_options: object) -> None:
        """Settle them, and say how many; raises CommandError where some failed, with both numbers."""
        try:
            settled = registration.settle_left_over(now=timezone.now())
        except SomeFailed as some:
            raise CommandError(f"settled: {some.done}; {some}") from some
        self.stdout.write(f"settled: {settled}")
