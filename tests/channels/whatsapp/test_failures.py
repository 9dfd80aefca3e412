import pytest

from bot.channels.whatsapp.failures import (
    failure_of_answer,
    failure_of_code,
    may_be_stale_media,
)
from bot.conversation.channel import SendFailure

HALTS = {"retryable": True, "halts_channel": True}
RULES = {
    "the number is throttled": ([130429, 80007, 4], HALTS),
    "the pair is throttled": ([131056], {"retryable": True}),
    "quality": ([131048, 131064], {"stops_bulk": True}),
    "transient": (
        [1, 2, 131000, 131016, 131057, 131053],
        {"retryable": True, "most_attempts": 5},
    ),
    "not today": ([131049], {"retryable": True, "retry_after": 86_400, "most_attempts": 2}),
    "needs a template": ([131047], {"needs_template": True}),
    "gone": ([131026], {"recipient_gone": True}),
    "this recipient": ([131050, 131051, 131021, 131030, 130472, 131062], {}),
    "content": (
        [100, 131008, 131009, 132000, 132001, 132005, 132007, 132012, 132068, 132069],
        {"content_fault": True},
    ),
    "template paused": (
        [132015],
        {"retryable": True, "retry_after": 10_800, "most_attempts": 3, "stops_bulk": True},
    ),
    "template disabled": ([132016], {"stops_bulk": True}),
    "the account": (
        [190, 0, 3, 10, 200, 299, 131005, 368, 131031, 131042, 131045, 130497, 133010],
        HALTS,
    ),
    "unknown": ([-1, 5, 99_999], {}),
}
TABLE = [
    pytest.param(code, flags, id=f"{name} {code}")
    for name, (codes, flags) in RULES.items()
    for code in codes
]


@pytest.mark.parametrize(("code", "flags"), TABLE)
def test_the_policy(code: int, flags: dict[str, object]) -> None:
    failure = failure_of_code(code)
    assert failure == SendFailure(failure.reason, **flags)  # type: ignore[arg-type]
    assert failure.reason.endswith(f":{code}")


@pytest.mark.parametrize(("code", "flags"), TABLE)
@pytest.mark.parametrize("status", [400, 500])
def test_an_answer_and_a_status_mean_the_same(
    code: int, flags: dict[str, object], status: int
) -> None:
    failure = failure_of_answer(status, {"error": {"code": code}})
    if failure_of_code(code).reason.startswith("error"):
        assert failure.retryable == (status == 500)
    else:
        assert failure == failure_of_code(code)
        assert failure == SendFailure(failure.reason, **flags)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (429, SendFailure("number_throttled:429", retryable=True, halts_channel=True)),
        (401, SendFailure("account:401", retryable=True, halts_channel=True)),
        (403, SendFailure("account:403", retryable=True, halts_channel=True)),
        (500, SendFailure("transient:500", retryable=True, most_attempts=5)),
        (503, SendFailure("transient:503", retryable=True, most_attempts=5)),
        (400, SendFailure("error:400", content_fault=True)),
        (404, SendFailure("error:404", content_fault=True)),
        (301, SendFailure("error:301", content_fault=True)),
    ],
)
@pytest.mark.parametrize("answer", [{}, {"error": "x"}, {"error": {"code": None}}])
def test_an_answer_without_a_code(
    status: int, expected: SendFailure, answer: dict[str, object]
) -> None:
    assert failure_of_answer(status, answer) == expected


def test_what_can_mean_that_a_file_was_forgotten() -> None:
    stale = {code for code in (100, 131009, 131053, 131026, 190) if is_stale(code)}
    assert stale == {100, 131009, 131053}


def is_stale(code: int) -> bool:
    return may_be_stale_media(failure_of_answer(400, {"error": {"code": code}}))
