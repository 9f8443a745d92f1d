from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0009_transfer_offers'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='company',
            options={'permissions': (('mark_company', 'Can mark a company as closed or suspended'),), 'verbose_name': '기업', 'verbose_name_plural': '기업'},
        ),
        migrations.AddField(
            model_name='company',
            name='business_status',
            field=models.CharField(choices=[('ACTIVE', '계속사업자'), ('SUSPENDED', '휴업'), ('CLOSED', '폐업')], default='ACTIVE', max_length=10, verbose_name='사업 상태'),
        ),
        migrations.AddConstraint(
            model_name='company',
            constraint=models.CheckConstraint(condition=models.Q(('business_status__in', ['ACTIVE', 'SUSPENDED', 'CLOSED'])), name='business_status_is_known'),
        ),
    ]
