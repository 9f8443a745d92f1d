from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0012_lifted_bars'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='registrationdraft',
            name='draft_answer_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='registrationrequest',
            name='registry_answer_is_known',
        ),
        migrations.AlterField(
            model_name='registrationdraft',
            name='answer',
            field=models.CharField(blank=True, choices=[('KNOWN', '조회됨'), ('UNKNOWN', '조회되지 않음'), ('UNAVAILABLE', '조회하지 못함'), ('DISPUTED', '이의신청이 있던 번호')], max_length=15),
        ),
        migrations.AlterField(
            model_name='registrationrequest',
            name='registry_answer',
            field=models.CharField(choices=[('KNOWN', '조회됨'), ('UNKNOWN', '조회되지 않음'), ('UNAVAILABLE', '조회하지 못함'), ('DISPUTED', '이의신청이 있던 번호')], max_length=15, verbose_name='기업정보 조회 결과'),
        ),
        migrations.AddConstraint(
            model_name='registrationdraft',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['', 'KNOWN', 'UNKNOWN', 'UNAVAILABLE', 'DISPUTED'])), name='draft_answer_is_known'),
        ),
        migrations.AddConstraint(
            model_name='registrationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('registry_answer__in', ['KNOWN', 'UNKNOWN', 'UNAVAILABLE', 'DISPUTED'])), name='registry_answer_is_known'),
        ),
    ]
