"""What an unknown port, or a file, seems to speak: every format's decoder tries what came.

Nothing is ever sent but what connecting takes. Personal data stay out: serial numbers, addresses of
transmitters and positions are counted, never told.
"""

from tocsin.sensors.probe.address import probe_address
from tocsin.sensors.probe.file import probe_file
from tocsin.sensors.probe.finding import Finding, Group, Probe, Sureness

__all__ = ["Finding", "Group", "Probe", "Sureness", "probe_address", "probe_file"]
