"""What a second press of a button is told: nothing, where the first one's own words wait to be read."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

from kotra_portal.errors import RuleViolation


def say_once(request: HttpRequest, level: int, words: str | Promise | RuleViolation) -> None:
    """Say it (``level`` as Django's messages have it), unless words of before wait to be read: those of a double click.

    The first press did it all; that the second found nothing to do is no news.
    """
    if not len(messages.get_messages(request)):
        messages.add_message(request, level, str(words))
