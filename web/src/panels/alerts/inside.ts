/** Whether the objects of an alert are in its zone now, by the picture; since when, by their trails. */

import { details } from "../../details";
import { isWithin } from "../../geodesy";
import { zones } from "../../geography";
import type { Alert } from "../../model";
import { LOST, picture } from "../../picture";
import { pictureCount } from "../../state";

export interface Inside {
  /** How many of them. */
  objects: number;
  /** Since the first of them came; null: its trail is not known yet. */
  since_s: number | null;
  /** Whether a sensor sees one of them; else they are where they are predicted to be. */
  isSeen: boolean;
}

/** Null where none of them is in it. */
export function insideOf(alert: Alert): Inside | null {
  void pictureCount.value; // the picture is no signal: where a recording stands still nothing else tells
  const those = alert.track_ids.filter((trackId) => isInside(trackId, alert.zone));
  if (those.length === 0) return null;
  const since = those
    .map((trackId) => insideSince_s(trackId, alert.zone))
    .filter((time_s) => time_s !== null);
  const since_s = since.length === 0 ? null : Math.min(...since);
  return { objects: those.length, since_s, isSeen: those.some(isSeen) };
}

function isSeen(trackId: string): boolean {
  return ((picture.flags[picture.place(trackId) ?? -1] ?? 0) & LOST) === 0;
}

export function isInside(trackId: string, zone: string): boolean {
  const place = picture.place(trackId);
  if (place === undefined) return false;
  const [lon = 0, lat = 0, altitude_m = 0] = picture.position.subarray(3 * place, 3 * place + 3);
  return volumeOf(zone)?.(lon, lat, altitude_m) ?? false;
}

/** When it came the last time, or the begin of its trail if it never was outside. */
export function insideSince_s(trackId: string, zone: string): number | null {
  const [trail, contains] = [details.value.get(trackId)?.trail ?? [], volumeOf(zone)];
  let since_s: number | null = null;
  for (const [lon, lat, altitude_m, time_s] of [...trail].reverse()) {
    if (!contains?.(lon, lat, altitude_m)) break;
    since_s = time_s;
  }
  return since_s;
}

type Contains = (lon: number, lat: number, altitude_m: number) => boolean;

function volumeOf(name: string): Contains | null {
  const zone = zones.value.features.find((each) => each.properties?.["name"] === name);
  if (zone?.geometry.type !== "Polygon") return null;
  const outline = zone.geometry.coordinates[0] ?? [];
  const { floor_m = 0, ceiling_m = Number.POSITIVE_INFINITY } = (zone.properties ?? {}) as Record<
    string,
    number
  >;
  return (lon, lat, altitude_m) =>
    altitude_m >= floor_m && altitude_m <= ceiling_m && isWithin(outline, [lon, lat]);
}
