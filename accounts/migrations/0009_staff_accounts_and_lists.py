import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_more_access_log_actions'),
    ]

    operations = [
        migrations.CreateModel(
            name='MemberAccount',
            fields=[
            ],
            options={
                'verbose_name': '회원',
                'verbose_name_plural': '회원',
                'proxy': True,
                'default_permissions': ('view',),
                'indexes': [],
                'constraints': [],
            },
            bases=('accounts.user',),
        ),
        migrations.AlterModelOptions(
            name='accesslog',
            options={'default_permissions': ('view',), 'ordering': ('-at', '-pk'), 'verbose_name': '접속기록', 'verbose_name_plural': '접속기록'},
        ),
        migrations.AlterModelOptions(
            name='staffaccount',
            options={'default_permissions': ('add', 'change', 'view'), 'permissions': (('reset_second_factor', "Can reset the second step of another's log-in"),), 'verbose_name': '직원 계정', 'verbose_name_plural': '직원 계정'},
        ),
        migrations.RemoveIndex(
            model_name='accesslog',
            name='access_log_by_time',
        ),
        migrations.AlterField(
            model_name='accesslog',
            name='actor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='직원'),
        ),
        migrations.AlterField(
            model_name='accesslog',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='열람된 사람'),
        ),
        migrations.AlterField(
            model_name='memberevent',
            name='kind',
            field=models.CharField(choices=[('SIGNED_UP', '가입'), ('EMAIL_CONFIRMED', '이메일 확인'), ('PROFILE_CHANGED', '회원정보 변경'), ('PASSWORD_CHANGED', '비밀번호 변경'), ('PASSWORD_RESET', '비밀번호 재설정'), ('CONSENT_CHANGED', '동의 변경'), ('SECOND_FACTOR_SET', '2단계 인증 설정'), ('SECOND_FACTOR_RESET', '2단계 인증 초기화'), ('RECOVERY_CODE_USED', '복구 코드 사용'), ('RECOVERY_CODES_NEW', '복구 코드 새로 만듦'), ('STAFF_EMPLOYED', '직원 계정 만듦'), ('STAFF_GROUPS_SET', '직원 그룹 지정'), ('STAFF_LINKED', '회원 계정 연결'), ('STAFF_UNLINKED', '회원 계정 연결 해제'), ('STAFF_DEACTIVATED', '직원 계정 사용 중지'), ('STAFF_REACTIVATED', '직원 계정 다시 사용')], max_length=20),
        ),
        migrations.AlterField(
            model_name='user',
            name='name',
            field=models.CharField(blank=True, db_index=True, max_length=100, verbose_name='성명'),
        ),
        migrations.AddIndex(
            model_name='accesslog',
            index=models.Index(fields=['-at', '-id'], name='access_log_by_time'),
        ),
        migrations.AddIndex(
            model_name='accesslog',
            index=models.Index(fields=['action', '-at', '-id'], name='access_log_by_action'),
        ),
        migrations.AddIndex(
            model_name='accesslog',
            index=models.Index(fields=['actor', '-at'], name='access_log_by_actor'),
        ),
    ]
