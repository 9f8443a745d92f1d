"""Ends the offers of MASTER that nobody answered within seven days; run it every night."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from companies.domain import transfer


class Command(BaseCommand):
    """§D6: both people are told that the offer lapsed; a second run finds nothing."""

    help = "Let the offers of a hand-over lapse whose seven days are over."

    def handle(self, **_options: object) -> None:
        """Let them lapse, and say how many."""
        self.stdout.write(f"lapsed: {transfer.lapse_offers(now=timezone.now())}")
