"""Random numbers: one stream for each thing that varies, so that one more sensor changes no other's."""

from __future__ import annotations

import hashlib

import numpy as np

from tocsin.errors import InvalidInput


def stream(seed: int, *purpose: str) -> np.random.Generator:
    """The generator for one purpose, told apart by words such as ("sensor", "north radar", "plane-3").

    The same seed and words give the same numbers on every machine with the same NumPy.
    Raises `InvalidInput` for a negative seed.
    """
    if seed < 0:
        raise InvalidInput(f"seed {seed} is negative; give 0 or more")
    digest = hashlib.sha256("\x1f".join(purpose).encode()).digest()
    words = [int.from_bytes(digest[start : start + 4], "big") for start in range(0, 16, 4)]
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))
