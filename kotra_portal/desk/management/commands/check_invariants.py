"""Asks the database whether all holds that must hold; after a restore, and every night."""

from django.core.management.base import BaseCommand, CommandError

from kotra_portal.desk.invariants import all_invariants, broken_invariants

SHOWN = 20  # rows of one invariant; the first are enough to look further


class Command(BaseCommand):
    """Reports what does not hold, by the number of the promise and the rows' keys; exits with 1 if there is any."""

    help = "Check what must hold in the database at all times; exit with 1 and say where it does not."

    def handle(self, **_options: object) -> None:
        """Ask, and say what was found."""
        found = 0
        for invariant, rows in broken_invariants(SHOWN + 1):
            found += 1
            keys = [str(key) for key in rows[:SHOWN]] + (["…"] if len(rows) > SHOWN else [])
            number = "" if invariant.number is None else f"{invariant.number}. "
            self.stdout.write(f"BROKEN {number}{invariant.sentence}: {', '.join(keys)}")
        checked = len(all_invariants())
        if found:
            raise CommandError(f"{found} of {checked} invariants do not hold.")
        self.stdout.write(f"{checked} invariants hold.")
