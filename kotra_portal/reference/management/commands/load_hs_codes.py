"""``manage.py load_hs_codes FILE``: the customs service's list of HS codes."""

import argparse
from datetime import date

from django.core.management.base import CommandParser

from kotra_portal.reference.code_lists import CODE, NAME_EN, NAME_KO
from kotra_portal.reference.code_loading import Listener, Loaded, load_hs_codes
from kotra_portal.reference.management.lists import LoadingCommand


class Command(LoadingCommand):
    """§S10: loads a list of HS codes; loading it twice changes nothing."""

    help = (
        "Load HS codes of 2, 4, 6 and 10 digits from a CSV or TSV file (UTF-8 or CP949) with the headings "
        f"code, name_ko, name_en, or {CODE[1]}, {NAME_KO[1]}, {NAME_EN[1]} as the customs service has them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, whether it is full, and the revision."""
        super().add_arguments(parser)
        parser.add_argument("--revision", type=_year, default=2022, help="year of the HS revision (2022)")

    def load(self, *, on: date, listener: Listener, revision: int, **options: object) -> Loaded:
        """Load the file."""
        return load_hs_codes(options["file"], revision=revision, on=on, full=options["full"], listener=listener)


def _year(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and 1988 <= int(typed) <= 2100):
        raise argparse.ArgumentTypeError("a year from 1988 to 2100, such as 2022")
    return int(typed)
