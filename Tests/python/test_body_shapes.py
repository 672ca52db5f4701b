"""No request raises the daemon by more than ten times its body or 256 MB, whichever is more. All
shapes at all sizes: `python -m fuzzing.memory`."""

import os

import pytest

from fuzzing.memory import Meter, allowed

SMALL, MEDIUM, LARGE = 30_000, 300_000, 32_000_000
SELECTION = [
    # Little that asks for much.
    ("feedback", MEDIUM),
    ("wide prefetches", MEDIUM),
    ("deeper prefetches", SMALL),
    ("recommend ids", MEDIUM),
    ("discover pairs", MEDIUM),
    ("one id many times", MEDIUM),
    ("searches of everything", SMALL),
    ("searches with vectors", SMALL),
    ("payload for one id many times", MEDIUM),
    ("payload for all points", SMALL),
    ("operations on everything", SMALL),
    ("groups", SMALL),
    ("groups with a lookup", SMALL),
    ("matrix offsets", SMALL),
    # Much that should stay what it is.
    ("empty arrays", LARGE),
    ("empty objects", LARGE),
    ("members", LARGE // 4),
    ("has_id", LARGE),
    ("match any string", LARGE // 4),
    ("tiny points", LARGE // 8),
    ("one long sparse vector", LARGE),
    ("payload of empty arrays", LARGE // 4),
    ("empty searches", LARGE // 4),
    ("empty operations", LARGE // 4),
    ("formula terms", LARGE // 4),
]


@pytest.fixture(scope="module")
def meter(tmp_path_factory):
    return Meter(os.environ["KINDRED"], str(tmp_path_factory.mktemp("shapes")))


def test_memory_of_what_a_request_leaves_to_do(meter):
    """768 points get a payload of 300 KB each, and this is flushed and compacted."""
    count, growth, status, seconds = meter.measure(
        "payload for many points", MEDIUM, timeout=90, settled=True
    )
    assert status == 200, meter.answer[:300]
    assert growth <= allowed(
        count
    ), f"a body of {count} bytes raised the daemon by {growth >> 20} MiB in {seconds:.1f} s"


@pytest.mark.parametrize("name, size", SELECTION)
def test_memory_of_a_body(meter, name, size):
    count, growth, status, seconds = meter.measure(name, size, timeout=2)
    assert status in (200, 400, 404, 408, 413, 422, 429), (status, meter.answer[:300])
    assert growth <= allowed(
        count
    ), f"{name}: a body of {count} bytes raised the daemon by {growth >> 20} MiB; {status} after {seconds:.1f} s"
