"""What a form's template asks about addresses and codes."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from kotra_portal.reference import codes, postcodes

_LOT = re.compile(r"[0-9]+(?:-[0-9]+)+")

register = template.Library()


@register.filter
def unbroken_lot(address: str) -> SafeString:
    """The address as HTML in which no lot number (839-15) is broken at the end of a line."""
    return mark_safe(_LOT.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(address)))  # noqa: S308 (escaped)


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
