import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='HsCode',
            fields=[
                ('code', models.CharField(max_length=10, primary_key=True, serialize=False, verbose_name='코드')),
                ('name_ko', models.CharField(max_length=1000, verbose_name='상품명(한글)')),
                ('name_en', models.CharField(max_length=1000, verbose_name='상품명(영문)')),
                ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='폐지일')),
                ('revision', models.PositiveSmallIntegerField(verbose_name='개정 연도')),
            ],
            options={
                'verbose_name': 'HS코드',
                'verbose_name_plural': 'HS코드',
                'ordering': ('code',),
                'constraints': [models.CheckConstraint(condition=models.Q(('code__length__in', [2, 4, 6, 10]), ('code__regex', '^[0-9]+$')), name='hs_code_is_digits')],
            },
        ),
        migrations.CreateModel(
            name='BkCode',
            fields=[
                ('code', models.CharField(max_length=10, primary_key=True, serialize=False, verbose_name='코드')),
                ('name_ko', models.CharField(max_length=1000, verbose_name='상품명(한글)')),
                ('name_en', models.CharField(max_length=1000, verbose_name='상품명(영문)')),
                ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='폐지일')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='reference.bkcode')),
                ('chapters', models.ManyToManyField(blank=True, related_name='bk_codes', to='reference.hscode')),
            ],
            options={
                'verbose_name': 'BK코드',
                'verbose_name_plural': 'BK코드',
                'ordering': ('code',),
            },
        ),
    ]
