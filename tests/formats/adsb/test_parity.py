"""Mode S parity: published messages, and every wrong bit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.adsb.made import EVEN, IDENTIFICATION, ODD, VELOCITY

from tocsin.formats.adsb.parity import remainder, with_parity


@pytest.mark.parametrize("message", [EVEN, ODD, VELOCITY, IDENTIFICATION])
def test_published_messages_have_the_right_parity_and_any_one_wrong_bit_is_seen(message: bytes) -> None:
    assert remainder(message) == 0
    assert with_parity(message[:11]) == message
    number = int.from_bytes(message, "big")
    assert all(remainder((number ^ 1 << bit).to_bytes(14, "big")) for bit in range(112))


@given(st.binary(min_size=11, max_size=11))
def test_what_gets_a_parity_has_the_right_one(data: bytes) -> None:
    assert remainder(with_parity(data)) == 0
