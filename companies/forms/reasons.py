"""자주 쓰는 사유: the ready-made reasons that applicants read, in Korean to everybody, as whatever staff write is."""

from django.conf import settings

_FAX, _EMAIL = settings.SUPPORT_TEAM["fax"], settings.SUPPORT_TEAM["email"]

READY_MADE = {
    "missing": (
        f"사업자등록증이 아직 오지 않았습니다. 신청 화면에 파일을 올리거나 팩스({_FAX}) 또는 이메일({_EMAIL})로 보내 "
        "주세요."
    ),
    "unreadable": (
        "사업자등록증의 글자를 알아볼 수 없습니다. 네 모서리가 모두 나오도록 또렷하게 찍거나 스캔해 다시 보내 주세요."
    ),
    "different": (
        "입력한 내용이 사업자등록증과 다릅니다. 기업명, 대표자명, 개업일자, 주소를 등록증에 적힌 대로 고쳐 주세요."
    ),
    "outdated": "예전에 발급된 사업자등록증입니다. 지금의 내용이 담긴 사업자등록증으로 다시 보내 주세요.",
    "employment": "신청인이 이 기업에서 일하는지 확인할 수 없습니다. 재직증명서나 명함을 함께 보내 주세요.",
    "other_company": "보내 주신 사업자등록증은 다른 기업의 것입니다. 사업자등록번호를 확인하고 다시 신청해 주세요.",
    "closed": "국세청에 휴업 또는 폐업으로 신고된 사업자등록번호라 등록할 수 없습니다.",
    "nobody": "신청인과 기업의 관계를 확인할 수 없어 등록할 수 없습니다. 기업의 대표자나 담당자가 신청해 주세요.",
    "no_answer": "보완을 요청한 뒤 답이 없어 심사를 끝냅니다. 서류를 준비해 다시 신청해 주세요.",
}
