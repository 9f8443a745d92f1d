from django.db import migrations, models

from companies.names import searched_name


def fill_in(apps, schema_editor):
    """Companies from before are found by their names as new ones are."""
    company = apps.get_model('companies', 'Company')
    for row in company.objects.only('name').iterator():
        name = searched_name(row.name)
        company.objects.filter(pk=row.pk).update(search_name=name, search_start=name[:2])


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0005_company_by_brn'),
    ]

    operations = [
        migrations.AddField(
            model_name='company',
            name='search_name',
            field=models.CharField(default='', editable=False, max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='company',
            name='search_start',
            field=models.CharField(default='', editable=False, max_length=2),
            preserve_default=False,
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop, elidable=True),
    ]
