import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_staff_accounts_and_lists'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='accesslog',
            name='access_log_action_is_known',
        ),
        migrations.AlterField(
            model_name='accesslog',
            name='action',
            field=models.CharField(choices=[('OPENED_DOCUMENT', '서류 열람'), ('OPENED_MEMBER', '회원 열람'), ('OPENED_CASE', '신청 열람'), ('OPENED_COMPANY', '기업 열람')], max_length=20, verbose_name='한 일'),
        ),
        migrations.AlterField(
            model_name='accesslog',
            name='subject',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='열람된 사람'),
        ),
        migrations.AddConstraint(
            model_name='accesslog',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['OPENED_DOCUMENT', 'OPENED_MEMBER', 'OPENED_CASE', 'OPENED_COMPANY'])), name='access_log_action_is_known'),
        ),
        migrations.AddConstraint(
            model_name='accesslog',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', 'OPENED_MEMBER'), _negated=True), ('subject__isnull', False), _connector='OR'), name='opened_member_is_somebody'),
        ),
    ]
