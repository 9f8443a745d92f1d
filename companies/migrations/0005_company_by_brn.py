from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0004_review'),
        ('reference', '0002_first_codes'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='company',
            index=models.Index(fields=['brn'], name='company_by_brn'),
        ),
    ]
