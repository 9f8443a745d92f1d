"""Tells the support team by mail what waits; run it once a day, in the morning."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from kotra_portal.desk.domain import digest


class Command(BaseCommand):
    """§D3: the staff's daily digest; a second run on the same Korean day sends nothing."""

    help = "Queue the support team's daily mail on what waits, one for each of them."

    def handle(self, **_options: object) -> None:
        """Queue the mails, and say how many."""
        self.stdout.write(f"digests: {digest.send_digest(now=timezone.now())}")
