from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0014_removed_papers'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='shown_to_applicant',
            field=models.BooleanField(default=True, verbose_name='신청인에게 보임'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('shown_to_applicant', True), models.Q(('channel', 'UPLOAD'), _negated=True), _connector='OR'), name='upload_is_shown_to_its_applicant'),
        ),
    ]
