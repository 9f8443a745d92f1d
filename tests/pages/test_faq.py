"""자주하는 질문."""

import pytest
from pytest_django.asserts import assertContains

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "sentence",
    [
        "가입비는 없습니다.",  # §Q1
        "서비스마다 따로 신청하고 이용요금을 냅니다.",  # §Q1
        "마이KOTRA › MASTER에서 세 가지를 할 수 있습니다.",  # §Q2
        '먼저 <a href="/company/convert/">기업회원 전환신청</a>으로 그 기업과 관계를 설정합니다.',  # §Q3
        '팩스(<span class="nowrap">02-3460-7932</span>) 또는 이메일(service@kotra.or.kr)로 보내 주세요.',  # §Q3
        "이용요금의 1%를 적립해 드립니다.",  # §Q4
        "유효기간은 적립한 날부터 5년입니다.",  # §Q5
        "마이KOTRA › 나의 마일리지에서 확인할 수 있습니다.",  # §Q5
    ],
)
def test_q1_to_q5_the_answers_are_the_manuals(client, sentence):
    assertContains(client.get("/guide/faq/"), sentence)


def test_each_question_unfolds_without_javascript(client):
    assertContains(client.get("/guide/faq/"), '<details class="disclosure"', count=5)
