"""Basic ID, Self-ID, Operator ID, Authentication: vectors by hand, round trips, refusals, nothing in repr."""

from __future__ import annotations

import pytest
from hypothesis import given
from tests.formats.kinds import error_kind
from tests.formats.remote_id.made import AUTHENTICATION_PAGES, BASIC_IDS, OPERATOR_IDS, SELF_IDS

from tocsin.errors import InvalidInput
from tocsin.formats.remote_id import (
    AircraftKind,
    AuthenticationPage,
    BasicId,
    IdentityKind,
    OperatorId,
    SelfId,
)
from tocsin.formats.remote_id.authentication import decode_authentication, encode_authentication
from tocsin.formats.remote_id.basic_id import decode_basic_id, encode_basic_id
from tocsin.formats.remote_id.operator_id import decode_operator_id, encode_operator_id
from tocsin.formats.remote_id.self_id import decode_self_id, encode_self_id

MULTIROTOR = b"\x02\x12" + b"MADE0123456789" + bytes(6) + bytes(3)
SESSION = b"\x02\x41" + bytes(range(20)) + bytes(3)
FIRST_PAGE = b"\x22\x10" + b"\x03\x50" + b"\x10\x0e\x00\x00" + bytes(range(17))
SECOND_PAGE = b"\x22\x11" + bytes(range(23))
EMERGENCY = b"\x32\x01" + b"engine failure" + bytes(9)
OPERATOR = b"\x52\x00" + b"MADEOPERATOR" + bytes(8) + bytes(3)


def test_vectors_are_read_and_written_by_the_layout_of_the_standard() -> None:
    basic = BasicId(IdentityKind.SERIAL_NUMBER, AircraftKind.HELICOPTER_OR_MULTIROTOR, "MADE0123456789")
    session = BasicId(IdentityKind.SESSION, AircraftKind.AEROPLANE, bytes(range(20)).hex())
    assert (decode_basic_id(MULTIROTOR), encode_basic_id(basic)) == (basic, MULTIROTOR)
    assert (decode_basic_id(SESSION), encode_basic_id(session)) == (session, SESSION)
    first = AuthenticationPage(1, 0, bytes(range(17)), 3, 80, (1_546_300_800 + 3600) * 10**9)
    second = AuthenticationPage(1, 1, bytes(range(23)))
    assert (decode_authentication(FIRST_PAGE), encode_authentication(first)) == (first, FIRST_PAGE)
    assert (decode_authentication(SECOND_PAGE), encode_authentication(second)) == (second, SECOND_PAGE)
    words = SelfId(1, "engine failure")
    assert (decode_self_id(EMERGENCY), encode_self_id(words)) == (words, EMERGENCY)
    operator = OperatorId(0, "MADEOPERATOR")
    assert (decode_operator_id(OPERATOR), encode_operator_id(operator)) == (operator, OPERATOR)


@given(BASIC_IDS)
def test_identities_read_back(message: BasicId) -> None:
    assert decode_basic_id(encode_basic_id(message)) == message


@given(AUTHENTICATION_PAGES)
def test_pages_read_back(message: AuthenticationPage) -> None:
    assert decode_authentication(encode_authentication(message)) == message


@given(SELF_IDS)
def test_descriptions_read_back(message: SelfId) -> None:
    assert decode_self_id(encode_self_id(message)) == message


@given(OPERATOR_IDS)
def test_operators_read_back(message: OperatorId) -> None:
    assert decode_operator_id(encode_operator_id(message)) == message


def test_personal_data_stays_out_of_repr() -> None:
    for message, secret in (
        (decode_basic_id(MULTIROTOR), "MADE"),
        (decode_operator_id(OPERATOR), "MADE"),
        (decode_self_id(EMERGENCY), "engine"),
    ):
        assert secret not in repr(message)


def test_reserved_kinds_and_text_that_is_none_are_refused() -> None:
    assert error_kind(decode_basic_id, b"\x02\x52" + MULTIROTOR[2:]) == "remote_id_reserved"
    assert error_kind(decode_basic_id, MULTIROTOR[:4] + b"\xff" + MULTIROTOR[5:]) == "remote_id_not_text"
    assert error_kind(decode_self_id, b"\x32\x03" + EMERGENCY[2:]) == "remote_id_reserved"
    assert error_kind(decode_self_id, EMERGENCY[:4] + b"\xff" + EMERGENCY[5:]) == "remote_id_not_text"
    assert error_kind(decode_operator_id, b"\x52\x01" + OPERATOR[2:]) == "remote_id_reserved"
    assert error_kind(decode_operator_id, OPERATOR[:4] + b"\xff" + OPERATOR[5:]) == "remote_id_not_text"


def test_what_does_not_fit_is_not_written() -> None:
    serial = IdentityKind.SERIAL_NUMBER
    for identity in ("x" * 21, "naïve", "a\0b"):
        with pytest.raises(InvalidInput, match="at most 20 ASCII characters"):
            encode_basic_id(BasicId(serial, AircraftKind.OTHER, identity))
    with pytest.raises(InvalidInput, match="40 hex digits"):
        encode_basic_id(BasicId(IdentityKind.SESSION, AircraftKind.OTHER, "0102"))
    with pytest.raises(InvalidInput, match="kind must lie between 0 and 255"):
        encode_self_id(SelfId(256, ""))
    with pytest.raises(InvalidInput, match="page 0 holds 17 bytes"):
        encode_authentication(AuthenticationPage(0, 0, bytes(18)))
