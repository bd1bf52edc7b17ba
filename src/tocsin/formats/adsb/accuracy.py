"""Accuracy categories of ADS-B: each says that 95 % of the errors are smaller than so much.

    NACp  navigation accuracy category for position: radius on the plane. 0: unknown or worse than category 1
    GVA   geometric vertical accuracy: of the height above the ellipsoid. 0: unknown or worse than 150 m

Source: RTCA DO-260B, 2.2.3.2.7.2.7 (NACp) and 2.2.3.2.7.2.8 (GVA).
"""

from __future__ import annotations

from collections.abc import Sequence

_NACP_M = (None, 18520.0, 7408.0, 3704.0, 1852.0, 926.0, 555.6, 185.2, 92.6, 30.0, 10.0, 3.0)
_GVA_M = (None, 150.0, 45.0)


def horizontal_bound_m(nac_p: int | None) -> float | None:
    """The 95 % radius of a NACp; None where it is unknown or kept for later."""
    return _NACP_M[nac_p] if nac_p is not None and 0 <= nac_p < len(_NACP_M) else None


def vertical_bound_m(gva: int | None) -> float | None:
    """The 95 % bound of a GVA; None where it is unknown or kept for later."""
    return _GVA_M[gva] if gva is not None and 0 <= gva < len(_GVA_M) else None


def nac_p_of(bound_m: float) -> int:
    """The best NACp whose 95 % radius is not below a bound; 0 where none is."""
    return _category(bound_m, _NACP_M)


def gva_of(bound_m: float) -> int:
    """The best GVA whose 95 % bound is not below another; 0 where none is."""
    return _category(bound_m, _GVA_M)


def _category(bound_m: float, bounds_m: Sequence[float | None]) -> int:
    holding = [
        number for number, known_m in enumerate(bounds_m) if known_m is not None and bound_m <= known_m
    ]
    return max(holding, default=0)
