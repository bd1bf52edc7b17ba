"""Says each second if rotors are louder than usual: python microphone_node.py BROKER NAME [SOUND.wav]."""

import json
import sys
import time
import wave

import numpy as np
import paho.mqtt.client as mqtt

broker, name, *files = sys.argv[1:]
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.connect(broker)
client.loop_start()
if not files:
    from sounddevice import RawInputStream
sound = wave.open(files[0]) if files else RawInputStream(16_000, channels=1, dtype="int16").__enter__()
rate, second, background_db = sound.getframerate() if files else 16_000, 0, 0.0
while len(samples := np.frombuffer(sound.readframes(rate) if files else sound.read(rate)[0], np.int16)):
    hertz, power = np.fft.rfftfreq(len(samples), 1 / rate), np.abs(np.fft.rfft(samples)) ** 2
    level_db = 10 * np.log10(1 + power[(hertz > 100) & (hertz < 2000)].mean())  # where rotors are loud
    heard = bool(second >= 10 and level_db > background_db + 6)  # the first ten seconds are for learning
    background_db += (level_db - background_db) / (600 if heard else min(second + 1, 60))
    said = {"heard": {"heard": heard}} if second >= 10 else {}
    if second % 30 == 10:
        said["status"] = {"listening": True, "software": "microphone_node 1"}
    for kind, message in said.items():
        client.publish(f"tocsin/{name}/{kind}", json.dumps({"v": 1, "time": time.time(), **message}))
    second += 1
    time.sleep(1 if files else 0)
