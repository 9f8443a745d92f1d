from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0013_disputed_numbers'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='caseevent',
            name='case_event_is_known',
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.CharField(choices=[('SENT', '신청 접수'), ('DOCUMENT_ADDED', '서류 추가'), ('DOCUMENT_REMOVED', '서류 제외'), ('ASSIGNED', '담당자 지정'), ('CORRECTION_REQUESTED', '보완 요청'), ('CORRECTED', '보완'), ('APPROVED', '승인'), ('REJECTED', '반려'), ('SETTLED', '준회원 연결'), ('SKIPPED', '준회원 연결 제외'), ('WITHDRAWN', '신청 취소'), ('AGREED', 'MASTER 동의'), ('OBJECTED', 'MASTER 이의'), ('OVERTAKEN', '다른 처리로 종료')], max_length=25, verbose_name='한 일'),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['SENT', 'DOCUMENT_ADDED', 'DOCUMENT_REMOVED', 'ASSIGNED', 'CORRECTION_REQUESTED', 'CORRECTED', 'APPROVED', 'REJECTED', 'SETTLED', 'SKIPPED', 'WITHDRAWN', 'AGREED', 'OBJECTED', 'OVERTAKEN'])), name='case_event_is_known'),
        ),
    ]
