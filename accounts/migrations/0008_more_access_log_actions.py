from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_member_account_of_staff'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='accesslog',
            name='access_log_action_is_known',
        ),
        migrations.AlterField(
            model_name='accesslog',
            name='action',
            field=models.CharField(choices=[('OPENED_DOCUMENT', '서류 열람'), ('OPENED_MEMBER', '회원 열람'), ('OPENED_CASE', '신청 열람')], max_length=20, verbose_name='한 일'),
        ),
        migrations.AddConstraint(
            model_name='accesslog',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['OPENED_DOCUMENT', 'OPENED_MEMBER', 'OPENED_CASE'])), name='access_log_action_is_known'),
        ),
    ]
