"""People: terms, sign-up, log-in."""

from django.urls import URLPattern, path

from accounts.models import Purpose
from accounts.verification_pages import PAGES
from accounts.views import (
    consents,
    email_confirmation,
    interests,
    login,
    passwords,
    profile,
    recovery,
    signup,
    terms,
    verification,
)


def _verification(prefix: str, purpose: Purpose) -> list[URLPattern]:
    """The same windows under each purpose's own path, with that purpose's gate."""
    views = {
        "mobile/": (verification.mobile, "mobile"),
        "mobile/request/": (verification.request_code, "mobile_request"),
        "mobile/resend/": (verification.resend_code, "mobile_resend"),
        "mobile/confirm/": (verification.confirm_code, "mobile_confirm"),
        "mobile/cancel/": (verification.cancel, "mobile_cancel"),
        "ipin/": (verification.ipin, "ipin"),
        "ipin/confirm/": (verification.confirm_ipin, "ipin_confirm"),
        "ipin/picture.png": (verification.ipin_picture, "ipin_picture"),
    }
    return [
        path(
            f"{prefix}/verification/{way}",
            verification.for_purpose(view, purpose),
            name=f"{PAGES[purpose].stem}_{verb}",
        )
        for way, (view, verb) in views.items()
    ]


urlpatterns = [
    path(
        "signup/verification/",
        verification.for_purpose(verification.verification, Purpose.SIGNUP),
        name="signup_verification",
    ),
    *_verification("signup", Purpose.SIGNUP),
    *_verification("find-id", Purpose.FIND_ID),
    *_verification("password-reset", Purpose.RESET_PASSWORD),
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
    path("session/extend/", login.extend_session, name="extend_session"),
    path("find-id/", recovery.find_id, name="find_id"),
    path("find-id/mail/", recovery.mail_id, name="mail_id"),
    path("find-id/mailed/", recovery.find_id_mailed, name="find_id_mailed"),
    path("find-id/result/", recovery.find_id_result, name="find_id_result"),
    path("password-reset/", recovery.password_reset, name="password_reset"),
    path("password-reset/mail/", recovery.mail_reset_link, name="mail_reset_link"),
    path("password-reset/mailed/", recovery.password_reset_mailed, name="password_reset_mailed"),
    path("password-reset/new/", recovery.password_reset_new, name="password_reset_new"),
    path("password-reset/<uidb64>/<token>/", recovery.open_reset_link, name="open_reset_link"),
    path("my/password/", passwords.password, name="password"),
    path("my/profile/", profile.profile, name="profile"),
    path("my/profile/keep/", profile.keep_profile, name="keep_profile"),
    path("my/profile/discard/", profile.discard_profile, name="discard_profile"),
    path("my/interests/", interests.interests, name="interests"),
    path("my/interests/items/add/", interests.add_interest_item, name="add_interest_item"),
    path("my/interests/items/change/", interests.change_interest_item, name="change_interest_item"),
    path("my/interests/items/remove/", interests.remove_interest_items, name="remove_interest_items"),
    path("my/interests/items/keep/", interests.keep_interest_item, name="keep_interest_item"),
    path("my/interests/items/discard/", interests.discard_interest_item, name="discard_interest_item"),
    path("my/interests/countries/add/", interests.add_interest_countries, name="add_interest_countries"),
    path("my/interests/countries/remove/", interests.remove_interest_countries, name="remove_interest_countries"),
    path("my/consents/", consents.consents, name="consents"),
    path("my/consents/marketing/", consents.change_marketing_consent, name="change_marketing_consent"),
    path("terms/", terms.terms, name="terms"),
    path("terms/<slug:kind>/", terms.terms_document, name="terms_document"),
    path("signup/", signup.signup, name="signup"),
    path("signup/start/", signup.start_signup, name="start_signup"),
    path("signup/abandon/", signup.abandon_signup, name="abandon_signup"),
    path("signup/terms/", signup.signup_terms, name="signup_terms"),
    path("signup/details/", signup.signup_details, name="signup_details"),
    path("signup/details/keep/", signup.keep_details, name="keep_details"),
    path("signup/details/check-id/", signup.check_username, name="check_username"),
    path("signup/details/check/", signup.check_details_field, name="check_details_field"),
    path("signup/interests/", interests.signup_interests, name="signup_interests"),
    path("signup/interests/finish/", interests.finish_interests, name="finish_interests"),
    path("confirm-email/<str:token>/", email_confirmation.confirm_email, name="confirm_email"),
    path("my/email/resend/", email_confirmation.resend_confirmation, name="resend_confirmation"),
]
