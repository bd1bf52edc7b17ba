/** What a search finds: alerts, zones, objects and sensors by their names. */

import type { Alert, Sensor } from "../../model";
import type { Picture } from "../../picture";

export type Found =
  | { kind: "alert"; name: string; alert: Alert }
  | { kind: "track"; name: string }
  | { kind: "sensor"; name: string };

const MOST = 12;

/** What has all the words of a query, alerts first. */
export function find(
  query: string,
  alerts: readonly Alert[],
  sensors: readonly Sensor[],
  picture: Picture,
): Found[] {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const has = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const found: Found[] = alerts
    .filter((alert) => has(`${alert.alert_id} ${alert.zone} ${alert.level} ${alert.track_ids.join(" ")}`))
    .map((alert) => ({ kind: "alert", name: alert.alert_id, alert }));
  found.push(
    ...sensors
      .filter((each) => has(`${each.name} ${each.kind}`))
      .map(({ name }): Found => ({ kind: "sensor", name })),
  );
  for (let place = 0; place < picture.count && found.length < MOST; place++) {
    const name = picture.trackId(place);
    if (has(`${name} ${picture.identity(place)}`)) found.push({ kind: "track", name });
  }
  return found.slice(0, MOST);
}
