"""How long a request waits for what others hold in the database: so many seconds, however many locks it takes."""

import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse

WAIT = 0.25  # seconds; what took longer was a wait rather than work
WAITING = ("SELECT", "INSERT", "UPDATE", "DELETE")  # what may wait; a failed transaction takes nothing but its end
SHORTEST = 0.05  # seconds that a lock may take to come even when nothing is left


class PatienceMiddleware:
    """Gives each request ``settings.LOCK_SECONDS`` for all its locks together; the database alone would per lock."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Watch what the request asks the database."""
        with connection.execute_wrapper(Patience(settings.LOCK_SECONDS)):
            return self.get_response(request)


class Patience:
    """Watches statements: what one waited is taken from what the next may, on PostgreSQL within the transaction.

    SQLite has one lock, for which a transaction waits when it begins and never again.
    """

    def __init__(self, seconds: float) -> None:
        """Nobody has waited yet."""
        self.seconds = self.left = seconds

    def __call__(
        self, execute: Callable[..., object], sql: str, params: object, many: bool, context: dict[str, object]
    ) -> object:
        """Run the statement; one that follows a wait may wait for less."""
        if self.left < self.seconds and str(sql).startswith(WAITING) and _has_transaction(context["connection"]):
            milliseconds = int(max(self.left, SHORTEST) * 1000)
            execute(f"SET LOCAL lock_timeout = {milliseconds}", None, False, context)
        began = time.monotonic()
        try:
            return execute(sql, params, many, context)
        finally:
            took = time.monotonic() - began
            if took > WAIT:
                self.left -= took


def _has_transaction(connection: BaseDatabaseWrapper) -> bool:
    return connection.vendor == "postgresql" and connection.in_atomic_block
