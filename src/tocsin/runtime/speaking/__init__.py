"""A simulated run that is sent while it happens, to the very inputs that `tocsin run` listens to."""

from tocsin.runtime.speaking.job import speak_scenario
from tocsin.runtime.speaking.summary import SpeechSummary

__all__ = ["SpeechSummary", "speak_scenario"]
