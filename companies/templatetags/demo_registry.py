"""What the demonstration's hint box beside a search for a company lists."""

from django import template
from django.conf import settings

from companies.registry.stub import SCRIPT, ScriptedCompany

register = template.Library()


@register.simple_tag
def scripted_companies() -> tuple[ScriptedCompany, ...]:
    """The numbers to try, with their stories; none where another registry than the stub answers."""
    return SCRIPT if settings.DEMO_MODE and settings.COMPANY_REGISTRY == "stub" else ()
