from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0011_correction_drafts'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='relationshipevent',
            name='relationship_event_is_known',
        ),
        migrations.AlterField(
            model_name='relationshipevent',
            name='kind',
            field=models.CharField(choices=[('REGISTERED', '기업 등록'), ('JOINED', '관계설정'), ('APPROVED', '정회원 승인'), ('ENDED', '관계해지'), ('LEFT', '관계해지(본인)'), ('BARRED', '다시 관계설정 금지'), ('BAR_LIFTED', '관계설정 금지 해제'), ('CLOSED', '기업 등록 종료'), ('REMINDED', '승인 요청 알림'), ('OFFERED', 'MASTER 권한 넘기기 제안'), ('OFFER_REFUSED', 'MASTER 권한 넘기기 거절'), ('OFFER_WITHDRAWN', 'MASTER 권한 넘기기 취소'), ('OFFER_LAPSED', 'MASTER 권한 넘기기 기한 지남'), ('OFFER_DROPPED', 'MASTER 권한 넘기기 무효'), ('HANDED_OVER', 'MASTER 권한 넘기기 완료'), ('MASTER_CHANGED', '고객지원팀의 MASTER 변경'), ('EDITED', '기업정보 수정'), ('MARKED', '사업 상태 표시'), ('DISPUTED', '등록 이의신청 접수'), ('DISPUTE_DECIDED', '등록 이의신청 결정')], max_length=20, verbose_name='한 일'),
        ),
        migrations.AddConstraint(
            model_name='relationshipevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['REGISTERED', 'JOINED', 'APPROVED', 'ENDED', 'LEFT', 'BARRED', 'BAR_LIFTED', 'CLOSED', 'REMINDED', 'OFFERED', 'OFFER_REFUSED', 'OFFER_WITHDRAWN', 'OFFER_LAPSED', 'OFFER_DROPPED', 'HANDED_OVER', 'MASTER_CHANGED', 'EDITED', 'MARKED', 'DISPUTED', 'DISPUTE_DECIDED'])), name='relationship_event_is_known'),
        ),
    ]
