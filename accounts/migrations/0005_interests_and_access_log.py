import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_consent_changes'),
        ('reference', '0001_codes'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('OPENED_DOCUMENT', '서류 열람')], max_length=20, verbose_name='한 일')),
                ('target', models.CharField(max_length=100, verbose_name='대상')),
                ('at', models.DateTimeField(verbose_name='시각')),
                ('address', models.GenericIPAddressField(verbose_name='접속 주소')),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-at', '-pk'),
                'indexes': [models.Index(fields=['-at'], name='access_log_by_time'), models.Index(fields=['subject', '-at'], name='access_log_by_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(('action__in', ['OPENED_DOCUMENT'])), name='access_log_action_is_known')],
            },
        ),
        migrations.CreateModel(
            name='InterestCountry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(max_length=2, verbose_name='국가')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interest_countries', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('member', 'country'), name='one_row_per_country_of_interest')],
            },
        ),
        migrations.CreateModel(
            name='InterestItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ko', models.CharField(blank=True, max_length=200, verbose_name='품목명(한글)')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='품목명(영문)')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('bk_code', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.bkcode')),
                ('hs_code', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.hscode')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interest_items', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('bk_code__isnull', True), ('hs_code__isnull', True), ('name_en', ''), ('name_ko', ''), _negated=True), name='interest_item_says_something')],
            },
        ),
    ]
