"""Mails: queued with the change they tell of, in the person's language, words and nothing that acts (§D14, §D22)."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as portal_settings
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.domain import passwords
from accounts.models import MemberEvent
from kotra_portal.mail import portal_link, queue_mail, queue_mails
from tests import make

pytestmark = pytest.mark.django_db

TEMPLATES = Path(portal_settings.BASE_DIR) / "templates/accounts/mail"
MAILS = sorted(path.stem for path in TEMPLATES.glob("[!_]*.txt"))


class RolledBack(Exception):
    """What a test raises to undo a transaction."""


def queue(stem: str = "password_changed", *, to: str = "hana@example.com", language: str = "ko", **context: object):
    """Queue a mail with everything that any of them shows."""
    person = context.pop("member", None) or make.member()
    facts = {"member": person, "members": [person], "link": "http://portal.test/x/?a=1&b=2", "at": timezone.now()}
    numbers = {"days": 3, "minutes": 60}
    queue_mail(to, f"accounts/mail/{stem}", language=language, context=facts | numbers | context)
    return Email.objects.latest("pk")


def test_a_change_that_is_undone_sends_no_mail():
    """§D14: the mail is a row of the same transaction."""
    queued = []

    def change_and_undo() -> None:
        with transaction.atomic():
            passwords.replace(make.member(), "brandnew77", MemberEvent.Kind.PASSWORD_RESET, now=timezone.now())
            queued.append(Email.objects.count())
            raise RolledBack

    with pytest.raises(RolledBack):
        change_and_undo()

    assert (queued, Email.objects.count()) == ([1], 0)


def test_a_mail_waits_for_the_sender():
    """§D14: no page waits for a mail server."""
    assert queue().status == STATUS.queued


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("stem", MAILS)
def test_every_mail_has_subject_text_and_html(stem, language):
    """§D22: each in both languages, with the link as text, and how to reach the support team."""
    mail = queue(stem, language=language)

    assert mail.subject.startswith("[KOTRA] ")
    assert mail.subject not in mail.message
    assert f'<html lang="{language}">' in mail.html_message
    for body in (mail.message, mail.html_message):
        assert portal_settings.SUPPORT_TEAM["email"] in body
        assert "{{" not in body
        assert "{%" not in body
    assert "http://portal.test/x/?a=1&b=2" in mail.message
    assert 'href="http://portal.test/x/?a=1&amp;b=2"' in mail.html_message


def test_every_mail_has_both_forms():
    """§D22: a text for every HTML and the other way round."""
    in_html = sorted(path.stem for path in TEMPLATES.glob("[!_]*.html") if path.stem != "base")

    assert in_html == MAILS


NAMES = ["김하나\nBcc: all@example.com", "김하나\r\nBcc: all@example.com", "김하나\rX: y", "김하나\u2028Bcc: x"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("stem", MAILS)
def test_a_name_cannot_write_headers(stem, name):
    """§D14: whatever stands in a name, the mail's head stays ours."""
    mail = queue(stem, member=make.member(name=name))
    message = mail.email_message()

    assert mail.to == ["hana@example.com"]
    assert not set(mail.subject) & set("\r\n\u2028")
    assert message.message()["Bcc"] is None
    assert message.recipients() == ["hana@example.com"]


@pytest.mark.parametrize("name", ["{{ settings.SECRET_KEY }}", "{% debug %}", "{% include 'x' %}", "{# x #}", "{{"])
def test_words_of_a_template_stay_words(name):
    """§D14: the queue must not take a name for an order."""
    mail = queue("confirm_email", member=make.member(name=name))

    assert name in mail.message


def test_text_is_text_and_html_is_escaped():
    """§D14: O'Neil reads O'Neil in the text, and a name cannot hold mark-up in the HTML."""
    mail = queue("confirm_email", member=make.member(name="<b>O'Neil & Co</b>"))

    assert "<b>O'Neil & Co</b>" in mail.message
    assert "&lt;b&gt;O&#x27;Neil &amp; Co&lt;/b&gt;" in mail.html_message


def test_links_lead_where_the_setting_says(settings):
    """§D14: never where a request's Host header points."""
    settings.PORTAL_URL = "https://portal.example.kr"

    assert portal_link("login") == "https://portal.example.kr/login/"
    assert portal_link("open_reset_link", "MQ", "a-b") == "https://portal.example.kr/password-reset/MQ/a-b/"


def test_mails_cannot_be_read_in_the_admin():
    """§D14: they hold links that reset passwords."""
    models = list(apps.get_app_config("post_office").get_models())

    assert models
    assert [model for model in models if admin.site.is_registered(model)] == []


def test_staff_find_no_mails(login):
    """§D14: not on the admin's first page, and at no address."""
    mail = queue()
    client = login(make.staff(is_superuser=True), Client())

    assert "post_office" not in client.get("/admin/").content.decode()
    with pytest.raises(NoReverseMatch):
        reverse("admin:post_office_email_change", args=[mail.pk])
    assert client.get(f"/admin/post_office/email/{mail.pk}/change/").status_code == 404


def test_a_mail_to_many_is_written_once_for_each_language(django_assert_num_queries):
    """§D22: as the single one would be, to each by themselves, in the same transaction."""
    people = [(f"member{number}@example.com", ("ko", "en")[number % 2]) for number in range(10)]
    context = {"members": [make.member()], "link": "http://portal.test/x/"}
    for language in ("ko", "en"):
        queue_mail("alone@example.com", "accounts/mail/find_id", language=language, context=context)
    alone = {mail.subject: (mail.message, mail.html_message) for mail in Email.objects.all()}
    Email.objects.all().delete()

    with django_assert_num_queries(1):
        queue_mails(people, "accounts/mail/find_id", context=context)

    queued = Email.objects.order_by("pk")
    assert [mail.to for mail in queued] == [[to] for to, _language in people]
    assert {mail.subject: (mail.message, mail.html_message) for mail in queued} == alone
    assert {mail.status for mail in queued} == {STATUS.queued}
    queue_mails([], "accounts/mail/find_id", context=context)
