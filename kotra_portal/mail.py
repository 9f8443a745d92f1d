"""Queue a mail in the person's language, in the same transaction as the change it tells of."""

from collections.abc import Iterable
from copy import copy

from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import translation
from post_office import mail
from post_office.models import Email

BATCH = 500  # mails that are written to the database at once


def portal_link(url_name: str, *args: object) -> str:
    """A link into the portal for a mail; its host is a setting, never what a request claimed."""
    return settings.PORTAL_URL + reverse(url_name, args=args)


def queue_mail(to: str, template: str, *, language: str, context: dict[str, object]) -> None:
    """Queue one mail ("accounts/mail/confirm_email": ``.txt`` with the subject as its first line, and ``.html``).

    The sender process (``manage.py send_mails``) delivers it; if the transaction is rolled back, there is none.
    """
    mail.send([to], **_written(template, language, context))


def queue_mails(recipients: Iterable[tuple[str, str]], template: str, *, context: dict[str, object]) -> None:
    """Queue the same mail to many people, (address, language) each: written once for each language, kept in bulk.

    Nothing in it may depend on who reads it. Delivered as ``queue_mail`` says.
    """
    written: dict[str, Email] = {}
    mails = []
    for to, language in recipients:
        if language not in written:
            written[language] = mail.send([to], commit=False, **_written(template, language, context))
        one = copy(written[language])
        one.to = [to]
        mails.append(one)
    Email.objects.bulk_create(mails, batch_size=BATCH)


def _written(template: str, language: str, context: dict[str, object]) -> dict[str, object]:
    """What post_office is given of a mail, but for its recipient."""
    with translation.override(language):
        context = context | {"SUPPORT": settings.SUPPORT_TEAM, "PORTAL_URL": settings.PORTAL_URL, "language": language}
        plain = get_template(f"{template}.txt").template.render(Context(context, autoescape=False))
        html = render_to_string(f"{template}.html", context)
    subject, _, text = plain.strip().partition("\n")
    return {
        "sender": settings.DEFAULT_FROM_EMAIL,
        # post_office takes what it is given for templates; as values of a context the words stay words.
        "subject": "{{ subject|safe }}",
        "message": "{{ text|safe }}",
        "html_message": "{{ html|safe }}",
        "context": {"subject": " ".join(subject.split()), "text": text.strip() + "\n", "html": html},
    }
