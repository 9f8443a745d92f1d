import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0007_company_by_searched_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CompanyEditRequest',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='company_edit', serialize=False, to='companies.case')),
                ('name_before', models.CharField(max_length=200)),
                ('representative_before', models.CharField(blank=True, max_length=100)),
                ('name', models.CharField(max_length=200, verbose_name='기업명')),
                ('representative', models.CharField(max_length=100, verbose_name='대표자명')),
                ('certificate_by', models.CharField(choices=[('UPLOAD', '파일 첨부'), ('FAX', '팩스'), ('EMAIL', '이메일')], max_length=10, verbose_name='사업자등록증 제출 방법')),
            ],
            options={
                'verbose_name': '기업정보 변경신청',
                'verbose_name_plural': '기업정보 변경신청',
            },
        ),
        migrations.CreateModel(
            name='MasterChangeRequest',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='master_change', serialize=False, to='companies.case')),
                ('master_leaves', models.BooleanField(verbose_name='지금 MASTER의 관계')),
                ('why', models.TextField(max_length=1000, verbose_name='변경 사유')),
                ('certificate_by', models.CharField(choices=[('UPLOAD', '파일 첨부'), ('FAX', '팩스'), ('EMAIL', '이메일')], max_length=10, verbose_name='서류 제출 방법')),
                ('decidable_from', models.DateTimeField(verbose_name='결정할 수 있는 때')),
                ('answer', models.CharField(blank=True, choices=[('AGREED', '동의'), ('OBJECTED', '이의')], max_length=10, verbose_name='MASTER의 답')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='답한 시각')),
                ('objection', models.TextField(blank=True, max_length=1000, verbose_name='이의 내용')),
                ('master', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'MASTER 변경신청',
                'verbose_name_plural': 'MASTER 변경신청',
            },
        ),
        migrations.CreateModel(
            name='RegistrationDispute',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='dispute', serialize=False, to='companies.case')),
                ('claimant_name', models.CharField(max_length=100, verbose_name='성명')),
                ('claimant_position', models.CharField(max_length=100, verbose_name='기업에서 맡은 일')),
                ('claimant_phone', models.CharField(max_length=20, verbose_name='전화번호')),
                ('claimant_email', models.EmailField(max_length=254, verbose_name='이메일')),
                ('language', models.CharField(max_length=10)),
                ('explanation', models.TextField(max_length=2000, verbose_name='이의 내용')),
                ('outcome', models.CharField(blank=True, choices=[('KEPT', '등록 유지'), ('MASTER_CHANGED', 'MASTER 변경'), ('CANCELLED', '등록 취소')], max_length=15, verbose_name='결과')),
                ('disputed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('new_master', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '등록 이의신청',
                'verbose_name_plural': '등록 이의신청',
            },
        ),
        migrations.RemoveConstraint(
            model_name='case',
            name='case_kind_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='case',
            name='case_state_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='caseevent',
            name='case_event_is_known',
        ),
        migrations.AddField(
            model_name='case',
            name='company',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='companies.company', verbose_name='기업'),
        ),
        migrations.AlterField(
            model_name='case',
            name='applicant',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to=settings.AUTH_USER_MODEL, verbose_name='신청인'),
        ),
        migrations.AlterField(
            model_name='case',
            name='kind',
            field=models.CharField(choices=[('REGISTRATION', '신규등록'), ('MASTER_CHANGE', 'MASTER 변경'), ('COMPANY_EDIT', '기업정보 변경'), ('DISPUTE', '등록 이의신청')], max_length=20, verbose_name='종류'),
        ),
        migrations.AlterField(
            model_name='case',
            name='state',
            field=models.CharField(choices=[('RECEIVED', '접수'), ('CORRECTION', '보완 요청'), ('APPROVED', '승인'), ('REJECTED', '반려'), ('WITHDRAWN', '취소'), ('SETTLED', '준회원 연결'), ('OVERTAKEN', '다른 처리로 종료')], default='RECEIVED', max_length=20, verbose_name='상태'),
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.CharField(choices=[('SENT', '신청 접수'), ('DOCUMENT_ADDED', '서류 추가'), ('ASSIGNED', '담당자 지정'), ('CORRECTION_REQUESTED', '보완 요청'), ('CORRECTED', '보완'), ('APPROVED', '승인'), ('REJECTED', '반려'), ('SETTLED', '준회원 연결'), ('SKIPPED', '준회원 연결 제외'), ('WITHDRAWN', '신청 취소'), ('AGREED', 'MASTER 동의'), ('OBJECTED', 'MASTER 이의'), ('OVERTAKEN', '다른 처리로 종료')], max_length=25, verbose_name='한 일'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('RECEIVED', 'CORRECTION')), ('kind', 'MASTER_CHANGE')), fields=('applicant',), name='one_open_master_change_per_member'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('RECEIVED', 'CORRECTION')), ('kind', 'COMPANY_EDIT')), fields=('company',), name='one_open_edit_per_company'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'DISPUTE')), fields=('company',), name='one_dispute_per_company'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('applicant__isnull', True), ('kind', 'DISPUTE')), models.Q(models.Q(('kind', 'DISPUTE'), _negated=True), ('applicant__isnull', False)), _connector='OR'), name='only_a_dispute_has_no_applicant'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('company__isnull', True), ('kind', 'REGISTRATION')), models.Q(models.Q(('kind', 'REGISTRATION'), _negated=True), ('company__isnull', False)), _connector='OR'), name='only_a_registration_has_no_company'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['REGISTRATION', 'MASTER_CHANGE', 'COMPANY_EDIT', 'DISPUTE'])), name='case_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['RECEIVED', 'CORRECTION', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'SETTLED', 'OVERTAKEN'])), name='case_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['SENT', 'DOCUMENT_ADDED', 'ASSIGNED', 'CORRECTION_REQUESTED', 'CORRECTED', 'APPROVED', 'REJECTED', 'SETTLED', 'SKIPPED', 'WITHDRAWN', 'AGREED', 'OBJECTED', 'OVERTAKEN'])), name='case_event_is_known'),
        ),
        migrations.AddConstraint(
            model_name='companyeditrequest',
            constraint=models.CheckConstraint(condition=models.Q(('certificate_by__in', ['UPLOAD', 'FAX', 'EMAIL'])), name='edit_certificate_is_known'),
        ),
        migrations.AddConstraint(
            model_name='masterchangerequest',
            constraint=models.CheckConstraint(condition=models.Q(('certificate_by__in', ['UPLOAD', 'FAX', 'EMAIL'])), name='change_papers_way_is_known'),
        ),
        migrations.AddConstraint(
            model_name='masterchangerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(('answer', 'AGREED'), ('answered_at__isnull', False)), models.Q(('answer', 'OBJECTED'), ('answered_at__isnull', False), models.Q(('objection', ''), _negated=True)), _connector='OR'), name='answer_of_the_master_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='registrationdispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('new_master__isnull', False), ('outcome', 'MASTER_CHANGED')), models.Q(('new_master__isnull', True), ('outcome__in', ['', 'KEPT', 'CANCELLED'])), _connector='OR'), name='outcome_of_a_dispute_is_whole'),
        ),
    ]
