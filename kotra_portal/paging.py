"""Pages of a long list, and the numbers under it that lead to the others."""

from django.core.paginator import Page, Paginator
from django.http import HttpRequest


def numbered_page(request: HttpRequest, paginator: Paginator) -> Page:
    """The page that the address asks for, the nearest there is; ``numbers`` leads to others, with gaps between."""
    page = paginator.get_page(request.GET.get("page"))
    page.numbers = list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
    return page
