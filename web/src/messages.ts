/** The server's messages in words go into the page's state. */

import { batch } from "@preact/signals";
import type { ServerMessage } from "./model";
import { picture } from "./picture";
import {
  alerts,
  clock,
  ended,
  health,
  link,
  pictureCount,
  sensorSummary,
  sensors,
  trouble,
  zonesCount,
} from "./state";

/** What was shown is not what is watched now. */
export function forgetShown(): void {
  batch(() => {
    clock.value = health.value = sensors.value = null;
    alerts.value = ended.value = [];
    sensorSummary.value = {};
    picture.forget();
    pictureCount.value++;
  });
}

export function takeMessage(message: ServerMessage): void {
  batch(() => take(message));
}

function take(message: ServerMessage): void {
  switch (message.type) {
    case "hello":
      link.value = "open";
      clock.value = message.clock;
      // A service that was started anew counts its tracks anew.
      picture.forget();
      pictureCount.value++;
      break;
    case "names":
      picture.learnNames(message.names);
      break;
    case "alerts":
      alerts.value = message.alerts;
      ended.value = message.ended;
      break;
    case "sensors":
      sensors.value = message.sensors;
      sensorSummary.value = message.summary;
      break;
    case "zones":
      zonesCount.value++;
      break;
    case "status":
      health.value = message.health;
      link.value = message.degraded ? "late" : "open";
      break;
    case "clock":
      clock.value = message.clock;
      break;
    case "error":
      trouble.value = message.message;
      break;
  }
}
