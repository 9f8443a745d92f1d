"""What the portal's templates need beyond Django's own tags: page titles, form controls, texts in Markdown, masks."""

import re
from datetime import datetime, timedelta
from urllib.parse import quote

from django import template
from django.forms import BoundField, ClearableFileInput, Form
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from kotra_portal import masking, phones
from kotra_portal.permissions import holders

DEEPEST_HEADING = 6
# 02-3460-7183~4, 010-1234-5678, 1600-7119; a date of hyphens is no worse for it.
_NUMBER = re.compile(r"[0-9]{2,4}(?:-[0-9*]{2,5}){1,2}(?:~[0-9]+)?")

register = template.Library()
register.filter("masked_name", masking.mask_name)
register.filter("masked_username", masking.mask_username)
register.filter("masked_email", masking.mask_email)
register.filter("masked_mobile", masking.mask_mobile)
register.filter("phone_number", phones.format_phone)
register.filter("holders", holders)


@register.filter
def unbroken(words: object) -> SafeString:
    """The words as HTML in which no phone number, nor a company's, is broken at the end of a line."""
    return mark_safe(_NUMBER.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(words)))  # noqa: S308 (escaped)


@register.filter
def from_now(seconds: int) -> datetime:
    """The instant so many seconds from now: what a page says that has no running clock."""
    return timezone.now() + timedelta(seconds=seconds)


class _Renderer(RendererHTML):
    """Markdown as HTML that fits narrow screens: tables scroll, numbers stay in one line."""

    def text(self, tokens: list[Token], index: int, *_rest: object) -> str:
        """Text is escaped; phone numbers in it are not broken."""
        return unbroken(tokens[index].content)

    def table_open(self, *_tokens: object) -> str:
        """A table is wider than the screen rather than have its words broken."""
        name = _("표")
        return f'<div class="table-scroll" role="group" tabindex="0" aria-label="{name}"><table>\n'

    def table_close(self, *_tokens: object) -> str:
        """The end of the table and of what scrolls."""
        return "</table></div>\n"


_markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")


@register.simple_tag(takes_context=True)
def block_again(context: Context, name: str) -> SafeString:
    """The words of a block that stands elsewhere on the page too: the title is also the h1 and the last crumb."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return mark_safe(block.nodelist.render(context).strip())  # noqa: S308 (rendered, so escaped, by the template)


@register.filter
def mailto(words: str) -> str:
    """The text percent-encoded for a mailto: link, where a plus sign is no space."""
    return quote(str(words), safe="")


@register.filter
def markdown(text: str, top: int = 2) -> SafeString:
    """The Markdown text as HTML whose highest heading is h``top``; HTML inside the text is shown, not obeyed."""
    tokens = _markdown.parse(text)
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    shift = top - min((_level(token) for token in headings), default=top)
    for token in headings:
        token.tag = f"h{min(_level(token) + shift, DEEPEST_HEADING)}"
    return mark_safe(_markdown.renderer.render(tokens, _markdown.options, {}))  # noqa: S308 (html is disabled)


def _level(heading: Token) -> int:
    return int(heading.tag[1:])


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The field's widget, tied to its hint and error also where Django leaves that to a fieldset (a file's)."""
    if isinstance(field.field.widget, ClearableFileInput) and field.aria_describedby:
        return field.as_widget(attrs={"aria-describedby": field.aria_describedby})
    return field.as_widget()


@register.filter
def first_control(field: BoundField) -> str:
    """The id of the field's first control, to which the error summary leads."""
    # A group of controls has no label of its own; its controls are numbered.
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def error_list(form: Form) -> list[tuple[BoundField, str]]:
    """Every error of the form's visible fields with its field, in the order of the page."""
    return [(field, error) for field in form.visible_fields() for error in field.errors]


@register.filter
def is_named_in(label: str, sentence: str) -> bool:
    """Tell whether the sentence names what it is about, so that the label need not stand before it."""
    return str(label).casefold() in str(sentence).casefold()


@register.filter
def general_errors(form: Form) -> list[str]:
    """The errors that stand beside no visible field: the whole form's (a rule's sentence) and hidden fields'."""
    hidden = [error for field in form.hidden_fields() for error in field.errors]
    return [*form.non_field_errors(), *hidden]


@register.simple_tag
def minutes_and_seconds(seconds: int) -> tuple[int, int]:
    """The duration as whole minutes and the seconds beyond them."""
    return divmod(seconds, 60)
