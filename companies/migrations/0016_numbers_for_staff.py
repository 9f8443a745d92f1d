from django.db import migrations, models


def rename(apps, schema_editor):
    """What was disputed is one of the reasons now for which staff alone register a number."""
    apps.get_model("companies", "RegistrationDraft").objects.filter(answer="DISPUTED").update(answer="FOR_STAFF")
    requests = apps.get_model("companies", "RegistrationRequest").objects
    requests.filter(registry_answer="DISPUTED").update(registry_answer="FOR_STAFF")


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0015_papers_of_another_side'),
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
        migrations.RunPython(rename, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name='registrationdraft',
            name='answer',
            field=models.CharField(blank=True, choices=[('KNOWN', '조회됨'), ('UNKNOWN', '조회되지 않음'), ('UNAVAILABLE', '조회하지 못함'), ('FOR_STAFF', '고객지원팀이 확인할 번호')], max_length=15),
        ),
        migrations.AlterField(
            model_name='registrationrequest',
            name='registry_answer',
            field=models.CharField(choices=[('KNOWN', '조회됨'), ('UNKNOWN', '조회되지 않음'), ('UNAVAILABLE', '조회하지 못함'), ('FOR_STAFF', '고객지원팀이 확인할 번호')], max_length=15, verbose_name='기업정보 조회 결과'),
        ),
        migrations.AddConstraint(
            model_name='registrationdraft',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['', 'KNOWN', 'UNKNOWN', 'UNAVAILABLE', 'FOR_STAFF'])), name='draft_answer_is_known'),
        ),
        migrations.AddConstraint(
            model_name='registrationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('registry_answer__in', ['KNOWN', 'UNKNOWN', 'UNAVAILABLE', 'FOR_STAFF'])), name='registry_answer_is_known'),
        ),
    ]
