"""Documents: what an upload may be, where it is kept, how it is served. No decision."""

from django.db import transaction

from companies.models import Document


def discard(document: Document) -> None:
    """Delete a document that hangs on nothing any more; its file goes when the transaction is committed."""
    file = document.file
    document.delete()
    transaction.on_commit(lambda: file.storage.delete(file.name))
