"""Certificates for the demonstration, drawn on the spot: they look like papers and say that they are samples."""

from collections.abc import Callable
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from companies.numbers import format_brn

SUFFIXES = {"PNG": "png", "JPEG": "jpg", "PDF": "pdf"}
SIZE = (840, 1120)  # pixels
NOBODY = "KOTRA demonstration, not a certificate"

# What became of a paper before it arrived.
LOOKS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "plain": lambda picture: picture,
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(9)),
    "again": lambda picture: picture.rotate(0.7, fillcolor="white"),  # scanned once more
    "cut off": lambda picture: picture.crop((0, 0, SIZE[0], SIZE[1] // 3)),
    "fax": lambda picture: picture.resize((420, 560)).convert("1").resize(SIZE),
}


def certificate(
    brn: str, name_en: str, opened_on: str, *, kind: str = "PNG", look: str = "plain", name: str = "사업자등록증"
) -> SimpleUploadedFile:
    """A business registration certificate as a browser sends it; ``kind`` is one of SUFFIXES, ``look`` one of LOOKS.

    The same arguments draw the same picture, a PDF but for its date.
    """
    picture = Image.new("RGB", SIZE, "white")
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((30, 30, SIZE[0] - 30, SIZE[1] - 30), outline="gray", width=4)
    lines = ((110, 34, "BUSINESS REGISTRATION CERTIFICATE"), (170, 26, "Sample for the demonstration"))
    facts = {"Number": format_brn(brn), "Company": name_en, "Opened on": opened_on, "Issued by": "Nobody"}
    for top, size, line in lines:
        drawing.text((SIZE[0] // 2, top), line, fill="black", font=ImageFont.load_default(size=size), anchor="mm")
    for place, (label, fact) in enumerate(facts.items()):
        top = 320 + 110 * place
        drawing.text((100, top), label, fill="dimgray", font=ImageFont.load_default(size=26), anchor="lm")
        drawing.text((270, top), fact, fill="black", font=ImageFont.load_default(size=30), anchor="lm")
        drawing.line((100, top + 40, SIZE[0] - 100, top + 40), fill="lightgray", width=2)
    drawing.text((SIZE[0] // 2, 1000), NOBODY, fill="gray", font=ImageFont.load_default(size=22), anchor="mm")
    file = BytesIO()
    LOOKS[look](picture).convert("RGB").save(file, kind)
    return SimpleUploadedFile(f"{name}.{SUFFIXES[kind]}", file.getvalue())
