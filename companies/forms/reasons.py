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
    # MASTER 변경 (§D7): the sitting MASTER reads them too, an approval's as well.
    "master_left": "지금 MASTER가 퇴사한 것을 서류로 확인해 신청인을 MASTER로 정했습니다.",
    "master_agreed": "지금 MASTER가 동의하고 서류를 확인해 신청인을 MASTER로 정했습니다.",
    "master_silent": "기간 안에 지금 MASTER의 이의가 없고 서류를 확인해 신청인을 MASTER로 정했습니다.",
    "change_missing": (
        f"MASTER 변경신청서와 사업자등록증이 아직 오지 않았습니다. 신청 화면에 파일을 올리거나 팩스({_FAX}) 또는 "
        f"이메일({_EMAIL})로 보내 주세요."
    ),
    "change_unsigned": (
        "MASTER 변경신청서에 대표자의 서명이나 도장이 없습니다. 서명하거나 도장을 찍어 다시 보내 주세요."
    ),
    "master_stays": "지금 MASTER가 이 기업에서 계속 일하는 것을 확인해 MASTER를 바꾸지 않습니다.",
    "change_unproven": (
        "보내 주신 서류로는 MASTER를 바꿀 까닭을 확인할 수 없어 그대로 둡니다. 서류를 준비해 다시 신청해 주세요."
    ),
    # 기업정보 변경 (§C6).
    "edit_different": "신청한 기업명이나 대표자명이 사업자등록증과 다릅니다. 지금의 사업자등록증을 다시 보내 주세요.",
    "edit_unproven": "사업자등록증에서 바뀐 내용을 확인할 수 없습니다. 등록증에 적힌 대로 다시 신청해 주세요.",
    # 등록 이의신청 (§D8): the claimant and the company's people read them.
    "rightful": "등록한 사람이 이 기업에서 일하는 것을 확인해 등록을 그대로 유지합니다.",
    "unproven": "이의신청인이 이 기업을 대표하는지 확인할 수 없어 등록을 그대로 유지합니다.",
    "company_wants": "기업이 확인해 준 사람으로 MASTER를 바꿉니다.",
    "registrant_left": "등록한 사람이 이 기업에서 일하지 않는 것을 확인해 MASTER를 바꿉니다.",
    "unrelated": "기업과 관계없는 사람이 등록한 것을 확인해 등록을 취소합니다.",
    "unwanted": "기업이 등록을 원하지 않아 등록을 취소합니다.",
}
