"""What the staff's desk needs beyond Django's own tags: how long something waits, in words."""

from datetime import datetime

from django import template
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def waited(since: datetime) -> str:
    """How long ago this was: 3일 2시간; two units at most, nothing below a minute."""
    words = timesince(since).replace("\xa0", " ")
    return _("방금") if words == timesince(since, since).replace("\xa0", " ") else words.replace(", ", " ")
