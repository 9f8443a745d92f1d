import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def wait_since_opening(apps, schema_editor):
    """Cases from before were never sent back, so they wait since they were opened."""
    apps.get_model('companies', 'Case').objects.update(waiting_since=models.F('opened_at'))


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0003_reasons_drafts_and_approvers'),
        ('reference', '0002_first_codes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RegistrationRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='기업명')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='기업명(영문)')),
                ('representative', models.CharField(blank=True, max_length=100, verbose_name='대표자명')),
                ('representative_en', models.CharField(blank=True, max_length=100, verbose_name='대표자명(영문)')),
                ('corporate_number', models.CharField(blank=True, max_length=13, verbose_name='법인등록번호')),
                ('opened_on', models.DateField(blank=True, null=True, verbose_name='개업일자')),
                ('business_type', models.CharField(blank=True, max_length=100, verbose_name='업태')),
                ('business_item', models.CharField(blank=True, max_length=100, verbose_name='업종')),
                ('company_type', models.CharField(blank=True, choices=[('SMALL', '중소기업'), ('MEDIUM', '중견기업'), ('LARGE', '대기업'), ('PUBLIC', '공공'), ('ASSOCIATION', '단체·협회'), ('FOREIGN', '외국기업'), ('OTHER', '기타')], max_length=20, verbose_name='기업유형')),
                ('classification', models.CharField(blank=True, choices=[('SOLE', '개인사업자'), ('PROFIT', '영리법인'), ('NON_PROFIT', '비영리법인'), ('GOVERNMENT', '국가·지자체'), ('FOREIGN', '외국법인')], max_length=20, verbose_name='기업분류')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='대표전화번호')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='대표이메일')),
                ('postcode', models.CharField(blank=True, max_length=5, verbose_name='우편번호')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='기본주소')),
                ('address_detail', models.CharField(blank=True, max_length=200, verbose_name='상세주소')),
                ('address_en', models.CharField(blank=True, max_length=300, verbose_name='주소(영문)')),
                ('fax', models.CharField(blank=True, max_length=20, verbose_name='팩스')),
                ('homepage', models.CharField(blank=True, max_length=200, verbose_name='홈페이지')),
                ('trade_number', models.CharField(blank=True, max_length=8, verbose_name='무역업 고유번호')),
                ('is_innobiz', models.BooleanField(blank=True, null=True, verbose_name='이노비즈여부')),
                ('is_venture', models.BooleanField(blank=True, null=True, verbose_name='벤처기업여부')),
                ('is_foreign_invested', models.BooleanField(blank=True, null=True, verbose_name='외투기업여부')),
                ('trade_kind', models.CharField(blank=True, choices=[('MANUFACTURING', '제조'), ('TRADE', '무역'), ('BOTH', '제조·무역'), ('SERVICE', '서비스'), ('OTHER', '기타')], max_length=20, verbose_name='제조/무역구분')),
                ('annual_sales', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='연간매출액')),
                ('annual_imports', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='연간수입액')),
                ('founded_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='설립년도')),
                ('employees', models.PositiveIntegerField(blank=True, null=True, verbose_name='종업원수')),
                ('export_region', models.CharField(blank=True, choices=[('NORTH_AMERICA', '북미'), ('EUROPE', '유럽'), ('CHINA', '중국'), ('SOUTHEAST_ASIA_OCEANIA', '동남아·대양주'), ('SOUTHWEST_ASIA', '서남아'), ('JAPAN', '일본'), ('MIDDLE_EAST', '중동'), ('AFRICA', '아프리카'), ('CIS', 'CIS'), ('LATIN_AMERICA', '중남미')], max_length=30, verbose_name='주수출지역')),
                ('annual_exports', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='주수출액')),
                ('remarks', models.TextField(blank=True, max_length=1000, verbose_name='비고')),
                ('number', models.PositiveSmallIntegerField()),
                ('sent_at', models.DateTimeField()),
                ('certificate_by', models.CharField(choices=[('UPLOAD', '파일 첨부'), ('FAX', '팩스'), ('EMAIL', '이메일')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=1000, verbose_name='사유')),
            ],
            options={
                'ordering': ('number',),
            },
        ),
        migrations.AlterModelOptions(
            name='case',
            options={'default_permissions': ('view',), 'permissions': (('review_case', 'Can decide what members ask for'),), 'verbose_name': '신청', 'verbose_name_plural': '신청'},
        ),
        migrations.RemoveConstraint(
            model_name='case',
            name='case_state_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='caseevent',
            name='case_event_is_known',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_state_and_age',
        ),
        migrations.AddField(
            model_name='case',
            name='assignee',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='담당자'),
        ),
        migrations.AddField(
            model_name='case',
            name='waiting_since',
            field=models.DateTimeField(null=True, verbose_name='대기 시작'),
        ),
        migrations.RunPython(wait_since_opening, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='case',
            name='waiting_since',
            field=models.DateTimeField(verbose_name='대기 시작'),
        ),
        migrations.AlterField(
            model_name='case',
            name='state',
            field=models.CharField(choices=[('RECEIVED', '접수'), ('CORRECTION', '보완 요청'), ('APPROVED', '승인'), ('REJECTED', '반려'), ('WITHDRAWN', '취소'), ('SETTLED', '준회원 연결')], default='RECEIVED', max_length=20, verbose_name='상태'),
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.CharField(choices=[('SENT', '신청 접수'), ('DOCUMENT_ADDED', '서류 추가'), ('ASSIGNED', '담당자 지정'), ('CORRECTION_REQUESTED', '보완 요청'), ('CORRECTED', '보완'), ('APPROVED', '승인'), ('REJECTED', '반려'), ('SETTLED', '준회원 연결'), ('SKIPPED', '준회원 연결 제외'), ('WITHDRAWN', '신청 취소')], max_length=25, verbose_name='한 일'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['state', 'waiting_since'], name='case_by_state_and_age'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['RECEIVED', 'CORRECTION', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'SETTLED'])), name='case_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['SENT', 'DOCUMENT_ADDED', 'ASSIGNED', 'CORRECTION_REQUESTED', 'CORRECTED', 'APPROVED', 'REJECTED', 'SETTLED', 'SKIPPED', 'WITHDRAWN'])), name='case_event_is_known'),
        ),
        migrations.AddField(
            model_name='registrationround',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='companies.case'),
        ),
        migrations.AddField(
            model_name='registrationround',
            name='main_item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.bkcode', verbose_name='대표품목'),
        ),
        migrations.AddConstraint(
            model_name='registrationround',
            constraint=models.UniqueConstraint(fields=('case', 'number'), name='one_row_per_round'),
        ),
        migrations.AddConstraint(
            model_name='registrationround',
            constraint=models.CheckConstraint(condition=models.Q(('certificate_by__in', ['UPLOAD', 'FAX', 'EMAIL'])), name='round_certificate_is_known'),
        ),
        migrations.AddConstraint(
            model_name='registrationround',
            constraint=models.CheckConstraint(condition=models.Q(('company_type__in', ['', 'SMALL', 'MEDIUM', 'LARGE', 'PUBLIC', 'ASSOCIATION', 'FOREIGN', 'OTHER'])), name='round_company_type_is_known'),
        ),
        migrations.AddConstraint(
            model_name='registrationround',
            constraint=models.CheckConstraint(condition=models.Q(('classification__in', ['', 'SOLE', 'PROFIT', 'NON_PROFIT', 'GOVERNMENT', 'FOREIGN'])), name='round_classification_is_known'),
        ),
        migrations.AddConstraint(
            model_name='registrationround',
            constraint=models.CheckConstraint(condition=models.Q(('trade_kind__in', ['', 'MANUFACTURING', 'TRADE', 'BOTH', 'SERVICE', 'OTHER'])), name='round_trade_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='registrationround',
            constraint=models.CheckConstraint(condition=models.Q(('export_region__in', ['', 'NORTH_AMERICA', 'EUROPE', 'CHINA', 'SOUTHEAST_ASIA_OCEANIA', 'SOUTHWEST_ASIA', 'JAPAN', 'MIDDLE_EAST', 'AFRICA', 'CIS', 'LATIN_AMERICA'])), name='round_export_region_is_known'),
        ),
    ]
