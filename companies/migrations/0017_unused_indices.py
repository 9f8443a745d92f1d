from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0016_numbers_for_staff'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='company',
            name='company_by_name',
        ),
        migrations.RemoveIndex(
            model_name='transferoffer',
            name='offer_by_nominee',
        ),
    ]
