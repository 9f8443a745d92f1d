"""The catalogue's keeper finds what is missing, doubtful or garbled, and changes nothing without need."""

import pytest

from tests.tools import translations

CODE = """
from django.utils.translation import gettext, gettext as _t, gettext_lazy as _, ngettext, pgettext_lazy
A = _("회원")
B = gettext("안녕하세요, %(name)s님")
C = ngettext("%(n)s건", "%(n)s건", 2)
D = pgettext_lazy("동사", "신청")
E = _t("보냈습니다.")
"""
TEMPLATE = """{% load i18n %}
<div>
  <p>{% translate "로그인" %}, it's</p>
    {% blocktranslate trimmed with name=person.name %}
      {{ name }}님,
      환영합니다.
    {% endblocktranslate %}
  {% include "x.html" with label=_("이름") %}
</div>
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "templates").mkdir()
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts/models.py").write_text(CODE)
    (tmp_path / "templates/home.html").write_text(TEMPLATE)
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "PO", tmp_path / "django.po")
    monkeypatch.setattr(translations, "MO", tmp_path / "django.mo")
    return tmp_path


def translate(project, **strings):
    text = (project / "django.po").read_text()
    for source, string in strings.items():
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{string}"')
    (project / "django.po").write_text(text)


def test_every_way_of_marking_a_text_is_found(project):
    found = {(message.context, message.id) for message in translations.extracted() if message.id}

    assert found == {
        (None, "회원"),
        (None, "안녕하세요, %(name)s님"),
        (None, ("%(n)s건", "%(n)s건")),
        ("동사", "신청"),
        (None, "보냈습니다."),
        (None, "로그인"),
        (None, "%(name)s님, 환영합니다."),
        (None, "이름"),
    }


def test_what_is_not_translated_fails_and_is_named(project, capsys):
    assert translations.main(["--update"]) == 1
    assert "accounts/models.py: '회원' is not translated." in capsys.readouterr().out


def test_translations_stay_when_the_source_moves_on_and_obsolete_ones_go(project):
    translations.main(["--update"])
    translate(project, 회원="Member", 이름="Name")
    (project / "accounts/models.py").write_text(CODE.replace("회원", "직원"))

    translations.main(["--update"])

    text = (project / "django.po").read_text()
    assert 'msgid "이름"\nmsgstr "Name"' in text
    assert 'msgid "직원"\nmsgstr ""' in text
    assert "회원" not in text


def test_an_update_of_what_is_up_to_date_changes_no_byte(project):
    translations.main(["--update"])
    before = [(project / name).read_bytes() for name in ("django.po", "django.mo")]

    translations.main(["--update"])

    assert [(project / name).read_bytes() for name in ("django.po", "django.mo")] == before


def test_a_stale_compilation_fails(project, capsys):
    translations.main(["--update"])
    translate(project, 회원="Member")
    capsys.readouterr()

    assert translations.main(["--check"]) == 1
    assert "The .mo was not compiled from this .po." in capsys.readouterr().out


@pytest.mark.parametrize("string", ["Hello, %(nmae)s", "Hello", "Hello, %(name)s %(name)d"])
def test_other_placeholders_than_the_source_has_fail(project, capsys, string):
    translations.main(["--update"])
    translate(project, **{"안녕하세요, %(name)s님": string})

    translations.main(["--check"])

    assert "'안녕하세요, %(name)s님' has other placeholders than its translation." in capsys.readouterr().out


def test_a_doubtful_translation_fails(project, capsys):
    translations.main(["--update"])
    translate(project, 이름="Name")
    text = (project / "django.po").read_text()
    (project / "django.po").write_text(text.replace('msgid "이름"', '#, fuzzy\nmsgid "이름"'))

    translations.main(["--check"])

    assert "'이름' is marked fuzzy." in capsys.readouterr().out
