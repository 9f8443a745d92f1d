from django.apps import apps as portal_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS = {
    '고객지원팀': (
        ('companies', ('view_case', 'review_case', 'view_document', 'view_company', 'view_relationship')),
        ('accounts', ('view_memberaccount', 'view_terms')),
        ('pages', ('view_notice', 'add_notice', 'change_notice', 'delete_notice')),
    ),
    '접속기록 점검': (
        ('accounts', ('view_accesslog',)),
    ),
}


def make_groups(apps, schema_editor):
    """A group that is there already, by hand, keeps what it has and gets what is missing."""
    using = schema_editor.connection.alias
    # Permissions come into being after all migrations; a group needs them now.
    for label in ('accounts', 'companies', 'pages'):
        create_permissions(portal_apps.get_app_config(label), verbosity=0, apps=apps, using=using)
    permission = apps.get_model('auth', 'Permission').objects.using(using)
    for name, rights in GROUPS.items():
        group, _made = apps.get_model('auth', 'Group').objects.using(using).get_or_create(name=name)
        for label, codenames in rights:
            found = list(permission.filter(content_type__app_label=label, codename__in=codenames))
            if len(found) != len(codenames):
                raise LookupError(f'{name}: {label} lacks one of {codenames}')
            group.permissions.add(*found)


def remove_groups(apps, schema_editor):
    """Who was in them loses what they gave; the permissions stay, as Django leaves them."""
    group = apps.get_model('auth', 'Group').objects.using(schema_editor.connection.alias)
    group.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_staff_accounts_and_lists'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('companies', '0004_review'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('pages', '0001_notices'),
    ]

    operations = [
        migrations.RunPython(make_groups, remove_groups),
    ]
