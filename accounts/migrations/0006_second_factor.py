import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# django-otp's table is not ours to put a constraint into its model; the index says the same on SQLite and PostgreSQL.
ONE_DEVICE = 'CREATE UNIQUE INDEX one_confirmed_device_per_person ON otp_totp_totpdevice (user_id) WHERE confirmed'


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_interests_and_access_log'),
        ('otp_totp', '0003_add_timestamps'),
    ]

    operations = [
        migrations.CreateModel(
            name='StaffAccount',
            fields=[
            ],
            options={
                'verbose_name': '직원 계정',
                'verbose_name_plural': '직원 계정',
                'permissions': (('reset_second_factor', "Can reset the second step of another's log-in"),),
                'proxy': True,
                'default_permissions': ('view',),
                'indexes': [],
                'constraints': [],
            },
            bases=('accounts.user',),
        ),
        migrations.AlterField(
            model_name='memberevent',
            name='kind',
            field=models.CharField(choices=[('SIGNED_UP', '가입'), ('EMAIL_CONFIRMED', '이메일 확인'), ('PROFILE_CHANGED', '회원정보 변경'), ('PASSWORD_CHANGED', '비밀번호 변경'), ('PASSWORD_RESET', '비밀번호 재설정'), ('CONSENT_CHANGED', '동의 변경'), ('SECOND_FACTOR_SET', '2단계 인증 설정'), ('SECOND_FACTOR_RESET', '2단계 인증 초기화'), ('RECOVERY_CODE_USED', '복구 코드 사용'), ('RECOVERY_CODES_NEW', '복구 코드 새로 만듦')], max_length=20),
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=64)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recovery_codes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'code_hash'), name='one_row_per_recovery_code'), models.CheckConstraint(condition=models.Q(('code_hash', ''), _negated=True), name='recovery_code_is_hashed')],
            },
        ),
        migrations.RunSQL(ONE_DEVICE, 'DROP INDEX one_confirmed_device_per_person'),
    ]
