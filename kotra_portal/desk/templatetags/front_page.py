"""The staff's first page, asked for by its template: Django's own view of that page knows nothing of cases."""

from datetime import datetime

from django import template
from django.utils import timezone

from accounts.models import User
from kotra_portal.desk.domain import front_page as rules
from kotra_portal.desk.domain.front_page import FrontPage

register = template.Library()


@register.simple_tag
def front_page(person: User) -> FrontPage:
    """§D3: what waits, for whoever may see cases."""
    return rules.front_page(person)


@register.filter
def days_waiting(since: datetime) -> int:
    """Whole days from then until now."""
    return rules.days_since(since, now=timezone.now())
