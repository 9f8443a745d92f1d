"""A member's history tells of consents that were given or withdrawn."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_people_by_email")]

    operations = [
        migrations.AlterField(
            model_name="memberevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("SIGNED_UP", "가입"),
                    ("EMAIL_CONFIRMED", "이메일 확인"),
                    ("PROFILE_CHANGED", "회원정보 변경"),
                    ("PASSWORD_CHANGED", "비밀번호 변경"),
                    ("PASSWORD_RESET", "비밀번호 재설정"),
                    ("CONSENT_CHANGED", "동의 변경"),
                ],
                max_length=20,
            ),
        ),
    ]
