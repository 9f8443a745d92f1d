"""The codes that the portal comes with: the chapters of the Harmonized System of 2022, and BK codes of our own."""

import csv
from pathlib import Path

from django.db import migrations

LISTS = Path(__file__).parents[1] / "lists"
REVISION = 2022


def rows_of(name):
    with (LISTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def load(apps, schema_editor):
    hs_codes, bk_codes, mapped = (
        model.objects.using(schema_editor.connection.alias)
        for model in (
            apps.get_model("reference", "HsCode"),
            apps.get_model("reference", "BkCode"),
            apps.get_model("reference", "BkCode").chapters.through,
        )
    )
    hs_codes.bulk_create(hs_codes.model(revision=REVISION, **row) for row in rows_of("hs_chapters.tsv"))
    items = rows_of("bk_codes.tsv")
    bk_codes.bulk_create(
        bk_codes.model(
            code=row["code"], name_ko=row["name_ko"], name_en=row["name_en"], parent_id=row["parent"] or None
        )
        for row in items
    )
    mapped.bulk_create(
        mapped.model(bkcode_id=row["code"], hscode_id=chapter) for row in items for chapter in row["chapters"].split()
    )


def unload(apps, schema_editor):
    """Take the codes away as long as nobody's row names them; the database refuses the rest."""
    alias = schema_editor.connection.alias
    bk_codes = apps.get_model("reference", "BkCode").objects.using(alias)
    codes = [row["code"] for row in rows_of("bk_codes.tsv")]
    bk_codes.filter(code__in=codes, parent__isnull=False).delete()
    bk_codes.filter(code__in=codes).delete()
    chapters = [row["code"] for row in rows_of("hs_chapters.tsv")]
    apps.get_model("reference", "HsCode").objects.using(alias).filter(code__in=chapters).delete()


class Migration(migrations.Migration):
    dependencies = [("reference", "0001_codes")]

    operations = [migrations.RunPython(load, unload)]
