from django.apps import apps as portal_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUP, RIGHT = '고객지원팀', 'mark_company'


def grant(apps, schema_editor):
    """A group that somebody deleted is not made again."""
    using = schema_editor.connection.alias
    create_permissions(portal_apps.get_app_config('companies'), verbosity=0, apps=apps, using=using)
    right = apps.get_model('auth', 'Permission').objects.using(using).get(
        content_type__app_label='companies', codename=RIGHT
    )
    for group in apps.get_model('auth', 'Group').objects.using(using).filter(name=GROUP):
        group.permissions.add(right)


def revoke(apps, schema_editor):
    using = schema_editor.connection.alias
    right = apps.get_model('auth', 'Permission').objects.using(using).filter(
        content_type__app_label='companies', codename=RIGHT
    )
    for group in apps.get_model('auth', 'Group').objects.using(using).filter(name=GROUP):
        group.permissions.remove(*right)


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0010_business_status'),
        ('desk', '0002_digests'),
    ]

    operations = [
        migrations.RunPython(grant, revoke),
    ]
