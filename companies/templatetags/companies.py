"""How a company's numbers stand on a page."""

from django import template

from companies.numbers import format_brn

register = template.Library()
register.filter("brn", format_brn)
