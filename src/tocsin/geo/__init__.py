"""Places: WGS-84, Earth-centred and local east-north-up frames, polar coordinates, polygons.

Knows nothing of sensors or tracks. `kernels` is the only module here that loads Numba.
"""
