"""The port's own words."""

import pytest

from makeline.cases.production.print_partner import (
    Advice,
    DeviceForbidden,
    DeviceOffline,
    DeviceUnavailable,
    JobStep,
    PartnerAway,
    PartnerMisconfigured,
    PartnerRefused,
    PaymentNotSeen,
)


@pytest.mark.parametrize(
    ("trouble", "code", "advice"),
    [
        (PartnerAway, "PARTNER_AWAY", Advice.RETRY),
        (DeviceUnavailable, "PARTNER_AWAY", Advice.RETRY),
        (PaymentNotSeen, "PARTNER_AWAY", Advice.CONFIRM_PAYMENT),
        (PartnerMisconfigured, "PARTNER_AWAY", Advice.WAIT_FOR_STAFF),
        (DeviceForbidden, "PARTNER_AWAY", Advice.WAIT_FOR_STAFF),
        (DeviceOffline, "PARTNER_AWAY", Advice.WAIT_FOR_STAFF),
        (PartnerRefused, "PARTNER_REFUSED", Advice.GIVE_UP),
    ],
)
def test_each_trouble_says_what_to_do_and_tells_callers_nothing_of_the_partners_words(trouble, code, advice):
    raised = trouble("secret words of the partner")
    assert (raised.code, raised.advice) == (code, advice)
    assert raised.text == "secret words of the partner"
    assert "secret" not in raised.message


def test_only_failed_and_cancelled_end_a_print_without_a_case():
    assert [step for step in JobStep if step.ends] == [JobStep.FAILED, JobStep.CANCELLED]


def test_progress_never_falls_along_the_road():
    road = sorted((step for step in JobStep if step.rank is not None), key=lambda step: step.rank or 0)
    progress = [step.progress or 0 for step in road]
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (0, 100)
