"""``manage.py load_bk_codes FILE``: a list of BK codes."""

from datetime import date

from kotra_portal.reference.code_loading import Listener, Loaded, load_bk_codes
from kotra_portal.reference.management.lists import LoadingCommand


class Command(LoadingCommand):
    """§S10: loads a list of BK codes; loading it twice changes nothing."""

    help = (
        "Load BK codes from a CSV or TSV file (UTF-8 or CP949) with the headings code, parent, name_ko, name_en, "
        "chapters: groups first, each item with the code of its group and the HS chapters it belongs to (01 02)."
    )

    def load(self, *, on: date, listener: Listener, **options: object) -> Loaded:
        """Load the file."""
        return load_bk_codes(options["file"], on=on, full=options["full"], listener=listener)
