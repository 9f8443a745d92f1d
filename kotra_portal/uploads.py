"""What a request may bring along: a form with its texts; files only where the view says that it takes them.

Forms are read before the CSRF token and the log-in are looked at, so anybody can send one to any page: what may be
written, and how much of it, has to be settled before the reading begins.
"""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http import HttpRequest, HttpResponse

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE  # bytes of one file, where files are taken
MOST_FILES = 10  # of one request
LARGEST_REQUEST = 25 * MEGABYTE  # bytes: what is larger is not even read through
LARGEST_TOGETHER = LARGEST_REQUEST - MEGABYTE  # bytes of files in one request: what was typed comes along

View = Callable[..., HttpResponse]


def takes_files(view: View) -> View:
    """Let the files of a logged-in visitor through to this view."""
    view.takes_files = True
    return view


class UnstoredFile(UploadedFile):
    """A file that arrived and was not kept: above ``LARGEST_FILE`` (its ``size`` says so), or one too many."""

    def __init__(self, name: str, size: int) -> None:
        """Keep what is known of it; there is no content."""
        super().__init__(None, name, size=size)


class QuotaUploadHandler(FileUploadHandler):
    """For every page that takes no files: stops before anything of one is written anywhere."""

    def handle_raw_input(
        self, input_data: object, headers: dict, content_length: int, *boundary_and_encoding: object
    ) -> None:
        """Refuse by the announced length, before anything is read; raises RequestDataTooBig (413, error_pages)."""
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("The announced form is too large.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Raise RequestDataTooBig as soon as a file is more than the empty part of one that was not chosen."""
        raise RequestDataTooBig("This page takes no files.")

    def file_complete(self, file_size: int) -> None:
        """Store nothing; a file that nobody stored is not among the request's files."""


class KeepingUploadHandler(FileUploadHandler):
    """For a view that takes files: keeps as many as it may, as large as they may be, and reads the rest through.

    Whoever sent too much has typed a form as well: it is not thrown away with a 413 page, the view hears of it
    (``UnstoredFile``) and says so beside the field. What is kept lies in a file without a name, which the system itself
    drops with the process, however that ends.
    """

    def __init__(self, request: HttpRequest, *, most_files: int) -> None:
        """Begin with nothing kept; with ``most_files`` 0 everything is read through."""
        super().__init__(request)
        self.most_files = most_files
        self.opened = 0
        self.arriving = None

    def handle_raw_input(
        self, input_data: object, headers: dict, content_length: int, *boundary_and_encoding: object
    ) -> None:
        """Refuse by the announced length, before anything is read; raises RequestDataTooBig (413, error_pages)."""
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig("The announced form is too large.")

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Open a file without a name for what arrives; nothing else may store it."""
        super().new_file(*args, **kwargs)
        self.arriving = None
        if self.opened < self.most_files:
            self.opened += 1
            nameless = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 (see the middleware)
            self.arriving = self.request.kept_files.enter_context(nameless)
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write the piece, or drop it and all before it once the file is above the quota."""
        if self.arriving and start + len(raw_data) > LARGEST_FILE:
            self.upload_interrupted()
        if self.arriving:
            self.arriving.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        """Hand the file to the request; or say that it was not kept."""
        if self.arriving is None:
            return UnstoredFile(self.file_name, file_size)
        self.arriving.seek(0)
        return UploadedFile(self.arriving, self.file_name, self.content_type, file_size, self.charset)

    def upload_interrupted(self) -> None:
        """Drop what was written of the file that is arriving."""
        if self.arriving:
            self.arriving.close()
            self.arriving = None


class UploadsMiddleware:
    """Stands before the CSRF check, which reads the form: settles what the request may bring along."""

    def __init__(self, get_response: View) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and drop what it brought along when it is answered; ``process_view`` knows the view."""
        with ExitStack() as request.kept_files:
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: tuple, kwargs: dict) -> None:
        """Take files where the view does; of whoever is not logged in (any more) they are read through only.

        Reading them through lets the gate ask for the log-in, where a 413 page would say nothing of it. A form in
        another encoding than every page's own is not read at all: some of Python's take minutes, or are none of text.
        Raises BadRequest (400).
        """
        if request.content_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
            raise BadRequest("The form is not in UTF-8.")
        if getattr(view, "takes_files", False):
            most_files = MOST_FILES if request.user.is_authenticated else 0
            request.upload_handlers = [KeepingUploadHandler(request, most_files=most_files)]
