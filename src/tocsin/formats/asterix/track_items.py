"""Layouts of the items of category 062 that are read and written alike in all editions from 1.16 to 1.21.

Sources: EUROCONTROL-SPEC-0149-9, the items named.
"""

from __future__ import annotations

import math

from tocsin.units import FOOT_M

POSITION_STEP_RAD = math.pi / 33554432  # I062/105 and I062/500 APW: 180 degrees / 2^25
CARTESIAN_STEP_M = 0.5  # I062/100, I062/500 APC
VELOCITY_STEP_MPS = 0.25  # I062/185, I062/500 ATV
ALTITUDE_STEP_M = 6.25 * FOOT_M  # I062/130, I062/500 AGA
CLIMB_STEP_MPS = 6.25 * FOOT_M / 60  # I062/220, I062/500 ARC: 6.25 ft/min

# I062/500: a bit of its first octets for each part; the parts' octets.
ACCURACY_PARTS: tuple[tuple[str, int], ...] = (
    ("APC", 4),
    ("COV", 2),
    ("APW", 4),
    ("AGA", 1),
    ("ABA", 1),
    ("ATV", 2),
    ("AA", 2),
    ("ARC", 1),
)

AIRCRAFT_ADDRESS = 0x80  # I062/380: the bit of its first octet for its first part, three octets of address

# I062/080: octet and bit of its flags.
MONOSENSOR = (0, 0x80)
GEOMETRIC_ALTITUDE = (0, 0x20)
TENTATIVE = (0, 0x02)
SIMULATED = (1, 0x80)
LAST = (1, 0x40)
FIRST = (1, 0x20)
COASTING = (3, 0x80)
SURFACE = (5, 0x10)  # from edition 1.18 on; a spare bit, 0, before

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# ICAO Annex 10, volume IV, table 3-9: six bits a character.
CHARACTERS = {index + 1: letter for index, letter in enumerate(_LETTERS)}
CHARACTERS |= {32: " "} | {48 + digit: str(digit) for digit in range(10)}
CHARACTER_CODES = {character: code for code, character in CHARACTERS.items()}
IDENTIFICATION_CHARACTERS = 8
