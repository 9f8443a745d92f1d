"""What a form's template asks about addresses and codes."""

from django import template

from kotra_portal.reference import codes, postcodes

register = template.Library()


@register.simple_tag
def head_office() -> postcodes.Address:
    """§S8: the address that a member abroad may give."""
    return postcodes.HEAD_OFFICE


@register.simple_tag
def postcode_search_is_on() -> bool:
    """Tell whether a postcode provider is connected; without one the button would only disappoint."""
    return postcodes.is_connected()


@register.simple_tag
def code_kind(name: str) -> codes.Kind:
    """§S10: the list of codes of that name: hs_code or bk_code."""
    return codes.KINDS[name]


@register.simple_tag
def code_name(kind: codes.Kind, value: object) -> str:
    """§S10: the name of the code that stands in a field, to show beside it; empty where there is no such code."""
    row = codes.find(kind, str(value)) if value else None
    return row.name if row else ""
