import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0008_cases_about_companies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TransferOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('OPEN', '수락 대기'), ('ACCEPTED', '수락'), ('REFUSED', '거절'), ('WITHDRAWN', '취소'), ('LAPSED', '기한 지남'), ('DROPPED', '무효')], default='OPEN', max_length=10, verbose_name='상태')),
                ('offered_at', models.DateTimeField(verbose_name='제안 시각')),
                ('expires_at', models.DateTimeField(verbose_name='수락 기한')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='끝난 시각')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='companies.company')),
                ('master', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('nominee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'MASTER 권한 넘기기',
                'verbose_name_plural': 'MASTER 권한 넘기기',
                'default_permissions': ('view',),
            },
        ),
        migrations.RemoveConstraint(
            model_name='relationshipevent',
            name='relationship_event_is_known',
        ),
        migrations.AlterField(
            model_name='relationshipevent',
            name='kind',
            field=models.CharField(choices=[('REGISTERED', '기업 등록'), ('JOINED', '관계설정'), ('APPROVED', '정회원 승인'), ('ENDED', '관계해지'), ('LEFT', '관계해지(본인)'), ('BARRED', '다시 관계설정 금지'), ('CLOSED', '기업 등록 종료'), ('REMINDED', '승인 요청 알림'), ('OFFERED', 'MASTER 권한 넘기기 제안'), ('OFFER_REFUSED', 'MASTER 권한 넘기기 거절'), ('OFFER_WITHDRAWN', 'MASTER 권한 넘기기 취소'), ('OFFER_LAPSED', 'MASTER 권한 넘기기 기한 지남'), ('OFFER_DROPPED', 'MASTER 권한 넘기기 무효'), ('HANDED_OVER', 'MASTER 권한 넘기기 완료'), ('MASTER_CHANGED', '고객지원팀의 MASTER 변경'), ('EDITED', '기업정보 수정'), ('MARKED', '사업 상태 표시'), ('DISPUTED', '등록 이의신청 접수'), ('DISPUTE_DECIDED', '등록 이의신청 결정')], max_length=20, verbose_name='한 일'),
        ),
        migrations.AddIndex(
            model_name='relationshipevent',
            index=models.Index(fields=['kind', '-at'], name='company_events_by_kind'),
        ),
        migrations.AddConstraint(
            model_name='relationshipevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['REGISTERED', 'JOINED', 'APPROVED', 'ENDED', 'LEFT', 'BARRED', 'CLOSED', 'REMINDED', 'OFFERED', 'OFFER_REFUSED', 'OFFER_WITHDRAWN', 'OFFER_LAPSED', 'OFFER_DROPPED', 'HANDED_OVER', 'MASTER_CHANGED', 'EDITED', 'MARKED', 'DISPUTED', 'DISPUTE_DECIDED'])), name='relationship_event_is_known'),
        ),
        migrations.AddIndex(
            model_name='transferoffer',
            index=models.Index(fields=['state', 'expires_at'], name='offer_by_state_and_expiry'),
        ),
        migrations.AddIndex(
            model_name='transferoffer',
            index=models.Index(fields=['nominee', 'state'], name='offer_by_nominee'),
        ),
        migrations.AddConstraint(
            model_name='transferoffer',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('company',), name='one_open_offer_per_company'),
        ),
        migrations.AddConstraint(
            model_name='transferoffer',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['OPEN', 'ACCEPTED', 'REFUSED', 'WITHDRAWN', 'LAPSED', 'DROPPED'])), name='offer_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='transferoffer',
            constraint=models.CheckConstraint(condition=models.Q(('master', models.F('nominee')), _negated=True), name='nobody_offers_to_themselves'),
        ),
        migrations.AddConstraint(
            model_name='transferoffer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'OPEN')), models.Q(models.Q(('state', 'OPEN'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='offer_is_open_or_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='transferoffer',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('offered_at'))), name='offer_expires_after_it_was_made'),
        ),
    ]
