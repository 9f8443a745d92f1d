"""``manage.py seed_demo``: the people, companies, requests and notices of the demonstration."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kotra_portal.demo import seeding
from kotra_portal.errors import RuleViolation


class Command(BaseCommand):
    """Makes what is missing of the demonstration's data; refuses outside demonstration mode."""

    help = "Make the demonstration's members, companies, requests, staff and notices (in demonstration mode only)."

    def handle(self, **options: object) -> None:
        """Seed, and say what was made."""
        if not settings.DEMO_MODE:
            raise CommandError("seed_demo works in demonstration mode only (DEMO_MODE=on).")
        try:
            made = seeding.seed(now=timezone.now())
        except RuleViolation as refusal:
            raise CommandError(str(refusal)) from refusal
        for name in made:
            self.stdout.write(f"made {name}")
