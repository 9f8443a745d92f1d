"""What a request may bring along: a form with its texts, and no file as long as no page asks for one."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_FILE = 0  # bytes; no page takes files yet


class QuotaUploadHandler(FileUploadHandler):
    """Stops what is too large before any of it is written anywhere.

    Forms are read before the CSRF token and the log-in are looked at, so anybody can send one to any page: the quota
    has to hold here. Everything else that stores files comes after this handler in ``FILE_UPLOAD_HANDLERS``.
    """

    def handle_raw_input(
        self, input_data: object, headers: dict, content_length: int, *boundary_and_encoding: object
    ) -> None:
        """Refuse by the announced length, before anything is read; raises RequestDataTooBig (413, error_pages)."""
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE + LARGEST_FILE:
            raise RequestDataTooBig("The announced form is too large.")

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Count each file by itself."""
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the piece on to whoever stores it; raises RequestDataTooBig once the file is above the quota."""
        self.received += len(raw_data)
        if self.received > LARGEST_FILE:
            raise RequestDataTooBig("A file is above the quota.")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Store nothing; a file that nobody stored is not among the request's files."""
