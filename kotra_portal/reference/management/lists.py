"""What the commands that load lists of codes have in common."""

from abc import ABC, abstractmethod
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kotra_portal.reference.code_lists import UnreadableList
from kotra_portal.reference.code_loading import Listener, Loaded


class LoadingCommand(BaseCommand, ABC):
    """Loads a file; names each bad line, and says how far it is and what came of it."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and whether it is full."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--full", action="store_true", help="the list is complete: withdraw the codes it lacks")

    @abstractmethod
    def load(self, *, on: date, listener: Listener, **options: object) -> Loaded:
        """Load the file of the options; raises UnreadableList."""

    def handle(self, **options: object) -> None:
        """Load, print, and fail when nothing could be loaded."""
        listener = Listener(
            bad_line=lambda bad: self.stderr.write(str(bad)),
            progress=lambda lines: self.stdout.write(f"{lines:,} lines"),
        )
        try:
            loaded = self.load(on=timezone.localdate(), listener=listener, **options)
        except UnreadableList as unreadable:
            raise CommandError(str(unreadable)) from unreadable
        self.stdout.write(
            f"added {loaded.added:,}, changed {loaded.changed:,}, unchanged {loaded.unchanged:,}, "
            f"withdrawn {loaded.withdrawn:,}, bad lines {loaded.bad:,}"
        )
        if loaded.kept_back:
            self.stderr.write("Nothing was withdrawn: a list with bad lines may not be full.")
        if not loaded.good:
            raise CommandError("No line could be loaded.")
