"""The first version of each document, both languages, from texts/terms-1."""

from datetime import date
from pathlib import Path

from django.db import migrations

TEXTS = Path(__file__).parent / "texts" / "terms-1"
KINDS = ("use", "privacy", "marketing")
VERSION = 1
EFFECTIVE_ON = date(2026, 1, 1)


def load(apps, schema_editor):
    for kind in KINDS:
        apps.get_model("accounts", "Terms").objects.using(schema_editor.connection.alias).create(
            kind=kind,
            version=VERSION,
            effective_on=EFFECTIVE_ON,
            body_ko=(TEXTS / f"{kind}.ko.md").read_text(encoding="utf-8"),
            body_en=(TEXTS / f"{kind}.en.md").read_text(encoding="utf-8"),
        )


def unload(apps, schema_editor):
    terms = apps.get_model("accounts", "Terms").objects.using(schema_editor.connection.alias)
    terms.filter(kind__in=KINDS, version=VERSION).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people")]

    operations = [migrations.RunPython(load, unload)]
