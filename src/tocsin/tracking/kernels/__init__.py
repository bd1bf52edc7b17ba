"""The tracker's compiled inner loops: NumPy and Numba only, fed through one validating door."""
