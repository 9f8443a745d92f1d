import companies.models.document
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0001_companies_and_relationships'),
        ('reference', '0001_codes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('barred_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('REGISTRATION', '신규등록')], max_length=20, verbose_name='종류')),
                ('state', models.CharField(choices=[('RECEIVED', '접수'), ('CORRECTION', '보완 요청'), ('APPROVED', '승인'), ('REJECTED', '반려'), ('WITHDRAWN', '취소')], default='RECEIVED', max_length=20, verbose_name='상태')),
                ('opened_at', models.DateTimeField(verbose_name='접수 시각')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='끝난 시각')),
                ('reason', models.CharField(blank=True, max_length=1000, verbose_name='사유')),
            ],
            options={
                'verbose_name': '신청',
                'verbose_name_plural': '신청',
            },
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('SENT', '신청 접수'), ('DOCUMENT_ADDED', '서류 추가'), ('WITHDRAWN', '신청 취소')], max_length=20, verbose_name='한 일')),
                ('at', models.DateTimeField(verbose_name='시각')),
                ('detail', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ('at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200, verbose_name='파일 이름')),
                ('content_type', models.CharField(choices=[('application/pdf', 'PDF'), ('image/jpeg', 'JPEG'), ('image/png', 'PNG')], max_length=20, verbose_name='형식')),
                ('size', models.PositiveIntegerField(verbose_name='크기')),
                ('sha256', models.CharField(max_length=64)),
                ('file', models.FileField(storage=companies.models.document.document_storage, upload_to=companies.models.document.random_name)),
                ('channel', models.CharField(choices=[('UPLOAD', '파일 첨부'), ('FAX', '팩스'), ('EMAIL', '이메일')], default='UPLOAD', max_length=10, verbose_name='제출 방법')),
                ('added_at', models.DateTimeField(verbose_name='제출 시각')),
            ],
            options={
                'verbose_name': '서류',
                'verbose_name_plural': '서류',
                'ordering': ('added_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='RegistrationDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('brn', models.CharField(max_length=10)),
                ('answer', models.CharField(blank=True, choices=[('KNOWN', '조회됨'), ('UNKNOWN', '조회되지 않음'), ('UNAVAILABLE', '조회하지 못함')], max_length=15)),
                ('record', models.JSONField(default=dict)),
                ('contact_email', models.EmailField(blank=True, max_length=254)),
                ('answered_at', models.DateTimeField()),
                ('typed', models.JSONField(default=dict)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RelationshipEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('REGISTERED', '기업 등록'), ('JOINED', '관계설정'), ('APPROVED', '정회원 승인'), ('ENDED', '관계해지'), ('LEFT', '관계해지(본인)'), ('BARRED', '다시 관계설정 금지'), ('CLOSED', '기업 등록 종료')], max_length=20, verbose_name='한 일')),
                ('at', models.DateTimeField(verbose_name='시각')),
                ('detail', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': '기업 이력',
                'verbose_name_plural': '기업 이력',
                'ordering': ('-at', '-pk'),
            },
        ),
        migrations.AddField(
            model_name='company',
            name='address',
            field=models.CharField(blank=True, max_length=200, verbose_name='기본주소'),
        ),
        migrations.AddField(
            model_name='company',
            name='address_detail',
            field=models.CharField(blank=True, max_length=200, verbose_name='상세주소'),
        ),
        migrations.AddField(
            model_name='company',
            name='address_en',
            field=models.CharField(blank=True, max_length=300, verbose_name='주소(영문)'),
        ),
        migrations.AddField(
            model_name='company',
            name='annual_exports',
            field=models.PositiveBigIntegerField(blank=True, null=True, verbose_name='주수출액'),
        ),
        migrations.AddField(
            model_name='company',
            name='annual_imports',
            field=models.PositiveBigIntegerField(blank=True, null=True, verbose_name='연간수입액'),
        ),
        migrations.AddField(
            model_name='company',
            name='annual_sales',
            field=models.PositiveBigIntegerField(blank=True, null=True, verbose_name='연간매출액'),
        ),
        migrations.AddField(
            model_name='company',
            name='business_item',
            field=models.CharField(blank=True, max_length=100, verbose_name='업종'),
        ),
        migrations.AddField(
            model_name='company',
            name='business_type',
            field=models.CharField(blank=True, max_length=100, verbose_name='업태'),
        ),
        migrations.AddField(
            model_name='company',
            name='classification',
            field=models.CharField(blank=True, choices=[('SOLE', '개인사업자'), ('PROFIT', '영리법인'), ('NON_PROFIT', '비영리법인'), ('GOVERNMENT', '국가·지자체'), ('FOREIGN', '외국법인')], max_length=20, verbose_name='기업분류'),
        ),
        migrations.AddField(
            model_name='company',
            name='company_type',
            field=models.CharField(blank=True, choices=[('SMALL', '중소기업'), ('MEDIUM', '중견기업'), ('LARGE', '대기업'), ('PUBLIC', '공공'), ('ASSOCIATION', '단체·협회'), ('FOREIGN', '외국기업'), ('OTHER', '기타')], max_length=20, verbose_name='기업유형'),
        ),
        migrations.AddField(
            model_name='company',
            name='corporate_number',
            field=models.CharField(blank=True, max_length=13, verbose_name='법인등록번호'),
        ),
        migrations.AddField(
            model_name='company',
            name='email',
            field=models.EmailField(blank=True, max_length=254, verbose_name='대표이메일'),
        ),
        migrations.AddField(
            model_name='company',
            name='employees',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='종업원수'),
        ),
        migrations.AddField(
            model_name='company',
            name='export_region',
            field=models.CharField(blank=True, choices=[('NORTH_AMERICA', '북미'), ('EUROPE', '유럽'), ('CHINA', '중국'), ('SOUTHEAST_ASIA_OCEANIA', '동남아·대양주'), ('SOUTHWEST_ASIA', '서남아'), ('JAPAN', '일본'), ('MIDDLE_EAST', '중동'), ('AFRICA', '아프리카'), ('CIS', 'CIS'), ('LATIN_AMERICA', '중남미')], max_length=30, verbose_name='주수출지역'),
        ),
        migrations.AddField(
            model_name='company',
            name='fax',
            field=models.CharField(blank=True, max_length=20, verbose_name='팩스'),
        ),
        migrations.AddField(
            model_name='company',
            name='founded_year',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='설립년도'),
        ),
        migrations.AddField(
            model_name='company',
            name='homepage',
            field=models.CharField(blank=True, max_length=200, verbose_name='홈페이지'),
        ),
        migrations.AddField(
            model_name='company',
            name='is_foreign_invested',
            field=models.BooleanField(blank=True, null=True, verbose_name='외투기업여부'),
        ),
        migrations.AddField(
            model_name='company',
            name='is_innobiz',
            field=models.BooleanField(blank=True, null=True, verbose_name='이노비즈여부'),
        ),
        migrations.AddField(
            model_name='company',
            name='is_venture',
            field=models.BooleanField(blank=True, null=True, verbose_name='벤처기업여부'),
        ),
        migrations.AddField(
            model_name='company',
            name='main_item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.bkcode', verbose_name='대표품목'),
        ),
        migrations.AddField(
            model_name='company',
            name='name_en',
            field=models.CharField(blank=True, max_length=200, verbose_name='기업명(영문)'),
        ),
        migrations.AddField(
            model_name='company',
            name='opened_on',
            field=models.DateField(blank=True, null=True, verbose_name='개업일자'),
        ),
        migrations.AddField(
            model_name='company',
            name='phone',
            field=models.CharField(blank=True, max_length=20, verbose_name='대표전화번호'),
        ),
        migrations.AddField(
            model_name='company',
            name='postcode',
            field=models.CharField(blank=True, max_length=5, verbose_name='우편번호'),
        ),
        migrations.AddField(
            model_name='company',
            name='remarks',
            field=models.TextField(blank=True, max_length=1000, verbose_name='비고'),
        ),
        migrations.AddField(
            model_name='company',
            name='representative',
            field=models.CharField(blank=True, max_length=100, verbose_name='대표자명'),
        ),
        migrations.AddField(
            model_name='company',
            name='representative_en',
            field=models.CharField(blank=True, max_length=100, verbose_name='대표자명(영문)'),
        ),
        migrations.AddField(
            model_name='company',
            name='trade_kind',
            field=models.CharField(blank=True, choices=[('MANUFACTURING', '제조'), ('TRADE', '무역'), ('BOTH', '제조·무역'), ('SERVICE', '서비스'), ('OTHER', '기타')], max_length=20, verbose_name='제조/무역구분'),
        ),
        migrations.AddField(
            model_name='company',
            name='trade_number',
            field=models.CharField(blank=True, max_length=8, verbose_name='무역업 고유번호'),
        ),
        migrations.AddIndex(
            model_name='company',
            index=models.Index(fields=['name'], name='company_by_name'),
        ),
        migrations.AddConstraint(
            model_name='company',
            constraint=models.CheckConstraint(condition=models.Q(('company_type__in', ['', 'SMALL', 'MEDIUM', 'LARGE', 'PUBLIC', 'ASSOCIATION', 'FOREIGN', 'OTHER'])), name='company_company_type_is_known'),
        ),
        migrations.AddConstraint(
            model_name='company',
            constraint=models.CheckConstraint(condition=models.Q(('classification__in', ['', 'SOLE', 'PROFIT', 'NON_PROFIT', 'GOVERNMENT', 'FOREIGN'])), name='company_classification_is_known'),
        ),
        migrations.AddConstraint(
            model_name='company',
            constraint=models.CheckConstraint(condition=models.Q(('trade_kind__in', ['', 'MANUFACTURING', 'TRADE', 'BOTH', 'SERVICE', 'OTHER'])), name='company_trade_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='company',
            constraint=models.CheckConstraint(condition=models.Q(('export_region__in', ['', 'NORTH_AMERICA', 'EUROPE', 'CHINA', 'SOUTHEAST_ASIA_OCEANIA', 'SOUTHWEST_ASIA', 'JAPAN', 'MIDDLE_EAST', 'AFRICA', 'CIS', 'LATIN_AMERICA'])), name='company_export_region_is_known'),
        ),
        migrations.AddField(
            model_name='bar',
            name='barred_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bar',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bars', to='companies.company'),
        ),
        migrations.AddField(
            model_name='bar',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bars', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='RegistrationRequest',
            fields=[
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
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='registration', serialize=False, to='companies.case')),
                ('brn', models.CharField(max_length=10, verbose_name='사업자등록번호')),
                ('certificate_by', models.CharField(choices=[('UPLOAD', '파일 첨부'), ('FAX', '팩스'), ('EMAIL', '이메일')], max_length=10, verbose_name='사업자등록증 제출 방법')),
                ('registry_answer', models.CharField(choices=[('KNOWN', '조회됨'), ('UNKNOWN', '조회되지 않음'), ('UNAVAILABLE', '조회하지 못함')], max_length=15, verbose_name='기업정보 조회 결과')),
            ],
            options={
                'verbose_name': '신규등록 신청',
                'verbose_name_plural': '신규등록 신청',
            },
        ),
        migrations.AddField(
            model_name='case',
            name='applicant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to=settings.AUTH_USER_MODEL, verbose_name='신청인'),
        ),
        migrations.AddField(
            model_name='case',
            name='decider',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='caseevent',
            name='actor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='caseevent',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='companies.case'),
        ),
        migrations.AddField(
            model_name='document',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='document',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='companies.case'),
        ),
        migrations.AddField(
            model_name='registrationdraft',
            name='member',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='registration_draft', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='document',
            name='draft',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='companies.registrationdraft'),
        ),
        migrations.AddField(
            model_name='relationshipevent',
            name='actor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='relationshipevent',
            name='company',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='companies.company'),
        ),
        migrations.AddField(
            model_name='relationshipevent',
            name='relationship',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='companies.relationship'),
        ),
        migrations.AddConstraint(
            model_name='bar',
            constraint=models.UniqueConstraint(fields=('company', 'member'), name='one_bar_per_person_and_company'),
        ),
        migrations.AddField(
            model_name='registrationrequest',
            name='main_item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reference.bkcode', verbose_name='대표품목'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['state', 'opened_at'], name='case_by_state_and_age'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['applicant', '-opened_at'], name='case_by_applicant'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'REGISTRATION'), ('state__in', ('RECEIVED', 'CORRECTION'))), fields=('applicant',), name='one_open_registration_request'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['REGISTRATION'])), name='case_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['RECEIVED', 'CORRECTION', 'APPROVED', 'REJECTED', 'WITHDRAWN'])), name='case_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state__in', ('RECEIVED', 'CORRECTION'))), models.Q(models.Q(('state__in', ('RECEIVED', 'CORRECTION')), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='case_is_open_or_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decider__isnull', False), ('state__in', ('APPROVED', 'REJECTED'))), models.Q(models.Q(('state__in', ('APPROVED', 'REJECTED')), _negated=True), ('decider__isnull', True)), _connector='OR'), name='decided_case_has_a_decider'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('decider__isnull', True), models.Q(('decider', models.F('applicant')), _negated=True), _connector='OR'), name='nobody_decides_their_own_case'),
        ),
        migrations.AddIndex(
            model_name='caseevent',
            index=models.Index(fields=['case', 'at'], name='case_events_by_time'),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['SENT', 'DOCUMENT_ADDED', 'WITHDRAWN'])), name='case_event_is_known'),
        ),
        migrations.AddIndex(
            model_name='registrationdraft',
            index=models.Index(fields=['changed_at'], name='registration_draft_by_age'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['sha256'], name='document_by_content'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('draft__isnull', True)), models.Q(('case__isnull', True), ('draft__isnull', False)), _connector='OR'), name='document_has_one_place'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('content_type__in', ['application/pdf', 'image/jpeg', 'image/png'])), name='document_type_is_known'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['UPLOAD', 'FAX', 'EMAIL'])), name='document_channel_is_known'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('sha256__length', 64), ('size__gt', 0), models.Q(('file', ''), _negated=True)), name='document_is_whole'),
        ),
        migrations.AddIndex(
            model_name='relationshipevent',
            index=models.Index(fields=['company', '-at'], name='company_events_by_time'),
        ),
        migrations.AddConstraint(
            model_name='relationshipevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['REGISTERED', 'JOINED', 'APPROVED', 'ENDED', 'LEFT', 'BARRED', 'CLOSED'])), name='relationship_event_is_known'),
        ),
        migrations.AddIndex(
            model_name='registrationrequest',
            index=models.Index(fields=['brn'], name='registration_request_by_brn'),
        ),
        migrations.AddConstraint(
            model_name='registrationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('brn__length', 10), ('brn__regex', '^[0-9]{10}$')), name='requested_brn_is_ten_digits'),
        ),
        migrations.AddConstraint(
            model_name='registrationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('certificate_by__in', ['UPLOAD', 'FAX', 'EMAIL'])), name='certificate_way_is_known'),
        ),
        migrations.AddConstraint(
            model_name='registrationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('registry_answer__in', ['KNOWN', 'UNKNOWN', 'UNAVAILABLE'])), name='registry_answer_is_known'),
        ),
        migrations.AddConstraint(
            model_name='registrationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('company_type__in', ['', 'SMALL', 'MEDIUM', 'LARGE', 'PUBLIC', 'ASSOCIATION', 'FOREIGN', 'OTHER'])), name='requested_company_type_is_known'),
        ),
        migrations.AddConstraint(
            model_name='registrationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('classification__in', ['', 'SOLE', 'PROFIT', 'NON_PROFIT', 'GOVERNMENT', 'FOREIGN'])), name='requested_classification_is_known'),
        ),
        migrations.AddConstraint(
            model_name='registrationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('trade_kind__in', ['', 'MANUFACTURING', 'TRADE', 'BOTH', 'SERVICE', 'OTHER'])), name='requested_trade_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='registrationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('export_region__in', ['', 'NORTH_AMERICA', 'EUROPE', 'CHINA', 'SOUTHEAST_ASIA_OCEANIA', 'SOUTHWEST_ASIA', 'JAPAN', 'MIDDLE_EAST', 'AFRICA', 'CIS', 'LATIN_AMERICA'])), name='requested_export_region_is_known'),
        ),
    ]
