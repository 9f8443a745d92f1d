"""Ends the offers of MASTER that nobody answered within seven days; run it every night."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from companies.domain import transfer
from kotra_portal.one_by_one import SomeFailed


class Command(BaseCommand):
    """§D6: both people are told that the offer lapsed; a second run finds nothing."""

    help = "Let the offers of a hand-over lapse whose seven days are over."

    def handle(self, **_options: object) -> None:
        """Let them lapse, and say how many; raises CommandError where some failed, with both numbers."""
        try:
            lapsed = transfer.lapse_offers(now=timezone.now())
        except SomeFailed as some:
            raise CommandError(f"lapsed: {some.done}; {some}") from some
        self.stdout.write(f"lapsed: {lapsed}")
