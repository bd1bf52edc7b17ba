"""Says each second if rotors are louder than usual: python microphone_node.py BROKER NAME [SOUND.wav].

For a broker with passwords set MQTT_USER and MQTT_PASSWORD; for TLS set MQTT_CA_FILE, who vouches for it.
"""

import json
import os
import queue
import signal
import sys
import time
import wave

import numpy as np
import paho.mqtt.client as mqtt


def tried(trouble, work, *arguments):
    """What comes of it; what goes wrong is told in one line."""
    try:
        return work(*arguments)
    except Exception as error:  # noqa: BLE001 - that of a sound system may be of any kind
        sys.exit(f"{trouble}: {error or type(error).__name__}")


def microphone():
    """The microphone, listening."""
    from sounddevice import RawInputStream

    return RawInputStream(16_000, channels=1, dtype="int16").__enter__()


signal.signal(signal.SIGINT, signal.SIG_DFL)
if len(sys.argv) not in (3, 4):
    sys.exit(__doc__)
broker, name, *files = sys.argv[1:]
sound = tried(f"can't play {files[0]}", wave.open, files[0]) if files else tried("no microphone", microphone)
if files and (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
    sys.exit(f"can't play {files[0]}: give one with 16 bits and one channel")
rate, second, background_db = sound.getframerate() if files else 16_000, 0, 0.0

client, answers = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2), queue.SimpleQueue()
client.on_connect = lambda *told: answers.put(told[3])  # its reason code
client.username_pw_set(os.environ.get("MQTT_USER"), os.environ.get("MQTT_PASSWORD"))
if ca_file := os.environ.get("MQTT_CA_FILE"):
    tried(f"can't use {ca_file}", client.tls_set, ca_file)
tried(f"no broker at {broker}", client.connect, broker, 8883 if ca_file else 1883)
client.loop_start()
if (answer := tried(f"no answer from {broker}", answers.get, True, 10)).is_failure:
    sys.exit(f"{broker} lets nobody in as {os.environ.get('MQTT_USER', 'anonymous')}: {answer}")
print(f"connected to {broker}, learning what is usual for 10 s", flush=True)

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
client.disconnect()
client.loop_stop()  # once all is sent
print(f"the sound is over after {second} s")
