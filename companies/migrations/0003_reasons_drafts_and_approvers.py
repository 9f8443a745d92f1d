from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0002_cases_documents_and_history'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['CORRECTION', 'REJECTED']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='correction_and_rejection_carry_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='registrationdraft',
            constraint=models.CheckConstraint(condition=models.Q(('brn__length', 10), ('brn__regex', '^[0-9]{10}$')), name='draft_brn_is_ten_digits'),
        ),
        migrations.AddConstraint(
            model_name='registrationdraft',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['', 'KNOWN', 'UNKNOWN', 'UNAVAILABLE'])), name='draft_answer_is_known'),
        ),
        migrations.AddConstraint(
            model_name='relationship',
            constraint=models.CheckConstraint(condition=models.Q(('approver__isnull', True), models.Q(('approver', models.F('member')), _negated=True), _connector='OR'), name='nobody_approves_themselves'),
        ),
    ]
