"""A run as bytes of the sensors' own standards: into capture files, or to be sent while it happens.

Each module speaks for the sensors of one standard: it gives what they say as `Spoken`, in the order in which
it is said, and knows no sockets. Every report that has room for it says that it is simulated.
"""

from tocsin.simulation.wire.capture import write_capture
from tocsin.simulation.wire.speech import speech
from tocsin.simulation.wire.spoken import Spoken

__all__ = ["Spoken", "speech", "write_capture"]
