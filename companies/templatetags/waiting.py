"""What the staff's desk needs beyond Django's own tags: how long something waits, in words."""

from datetime import datetime

from django import template
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def waited(since: datetime) -> str:
    """How long ago this was: 3일 2시간; two units at most, nothing below a minute."""
    return _("방금") if is_just_now(since) else timesince(since).replace("\xa0", " ").replace(", ", " ")


@register.filter
def is_just_now(since: datetime) -> bool:
    """Tell whether this was less than a minute ago."""
    return timesince(since) == timesince(since, since)
