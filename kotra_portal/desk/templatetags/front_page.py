"""The staff's first page, asked for by its template: Django's own view of that page knows nothing of cases."""

from django import template

from accounts.models import User
from kotra_portal.desk.domain import front_page as rules
from kotra_portal.desk.domain.front_page import FrontPage

register = template.Library()


@register.simple_tag
def front_page(person: User) -> FrontPage:
    """§D3: what waits, for whoever may see cases."""
    return rules.front_page(person)
