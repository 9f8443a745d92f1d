
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_second_factor'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='member_account',
            field=models.OneToOneField(blank=True, limit_choices_to={'is_staff': False}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='staff_account', to=settings.AUTH_USER_MODEL, verbose_name='회원 계정'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('member_account__isnull', True), ('is_staff', True), _connector='OR'), name='member_account_is_of_staff'),
        ),
    ]
