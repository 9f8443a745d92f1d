"""What a form's template asks about addresses."""

from django import template

from kotra_portal.reference import postcodes

register = template.Library()


@register.simple_tag
def head_office() -> postcodes.Address:
    """§S8: the address that a member abroad may give."""
    return postcodes.HEAD_OFFICE


@register.simple_tag
def postcode_search_is_on() -> bool:
    """Tell whether a postcode provider is connected; without one the button would only disappoint."""
    return postcodes.is_connected()
