"""§S7: the digits of the I-PIN window's picture, and the same digits in words for those who cannot see it."""

import secrets
from io import BytesIO

from django.utils.translation import pgettext_lazy
from PIL import Image, ImageDraw, ImageFont

DIGITS = 6
_CELL, _HEIGHT, _MARGIN = 40, 72, 16  # pixels
_INK, _PAPER, _NOISE = (30, 33, 36), (255, 255, 255), (138, 148, 158)
_WORDS = (
    pgettext_lazy("digit", "영"),
    pgettext_lazy("digit", "일"),
    pgettext_lazy("digit", "이"),
    pgettext_lazy("digit", "삼"),
    pgettext_lazy("digit", "사"),
    pgettext_lazy("digit", "오"),
    pgettext_lazy("digit", "육"),
    pgettext_lazy("digit", "칠"),
    pgettext_lazy("digit", "팔"),
    pgettext_lazy("digit", "구"),
)
_chance = secrets.SystemRandom()


def new_digits() -> str:
    """§S7: six random digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def in_words(digits: str) -> str:
    """§S7: the digits one by one as words of the active language: "사, 이, 일, 사, 일, 사"."""
    return ", ".join(str(_WORDS[int(digit)]) for digit in digits)


def draw(digits: str) -> bytes:
    """§S7: the digits as a PNG, each a little turned, with lines across."""
    picture = Image.new("RGB", (_CELL * len(digits) + 2 * _MARGIN, _HEIGHT), _PAPER)
    lines = ImageDraw.Draw(picture)
    for _ in range(7):
        ends = [(_chance.randrange(picture.width), _chance.randrange(_HEIGHT)) for _ in range(2)]
        lines.line(ends, fill=_NOISE, width=1)
    font = ImageFont.load_default(size=44)
    for place, digit in enumerate(digits):
        cell = Image.new("L", (_CELL, _HEIGHT - 8))
        ImageDraw.Draw(cell).text((_CELL / 2, _HEIGHT / 2 - 4), digit, fill=255, font=font, anchor="mm")
        cell = cell.rotate(_chance.uniform(-18, 18), resample=Image.Resampling.BICUBIC)
        corner = (_MARGIN + place * _CELL, 4 + _chance.randrange(-4, 5))
        picture.paste(_INK, (*corner, corner[0] + cell.width, corner[1] + cell.height), mask=cell)
    png = BytesIO()
    picture.save(png, "PNG")
    return png.getvalue()
