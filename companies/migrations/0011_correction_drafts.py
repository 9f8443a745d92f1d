import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0010_business_status'),
    ]

    operations = [
        migrations.CreateModel(
            name='CorrectionDraft',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='correction_draft', serialize=False, to='companies.case')),
                ('typed', models.JSONField(default=dict)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['changed_at'], name='correction_draft_by_age')],
            },
        ),
    ]
