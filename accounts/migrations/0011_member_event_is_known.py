from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_access_log_of_companies'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='memberevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['SIGNED_UP', 'EMAIL_CONFIRMED', 'PROFILE_CHANGED', 'PASSWORD_CHANGED', 'PASSWORD_RESET', 'CONSENT_CHANGED', 'SECOND_FACTOR_SET', 'SECOND_FACTOR_RESET', 'RECOVERY_CODE_USED', 'RECOVERY_CODES_NEW', 'STAFF_EMPLOYED', 'STAFF_GROUPS_SET', 'STAFF_LINKED', 'STAFF_UNLINKED', 'STAFF_DEACTIVATED', 'STAFF_REACTIVATED'])), name='member_event_is_known'),
        ),
    ]
