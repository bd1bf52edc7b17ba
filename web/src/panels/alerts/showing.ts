/** Brings on the map into view what an alert is about: its zone and its objects. */

import { signal } from "@preact/signals";
import type { Position } from "geojson";
import { zones } from "../../geography";
import { mapCommands } from "../../map/commands";
import type { Alert } from "../../model";
import { picture } from "../../picture";
import { chosenAlert, pictureCount, view } from "../../state";
import { boxOf, type Corner } from "../page/zones";

/** So much of the box is left free around it. */
const MARGIN = 0.15;

export function showOnMap(alert: Alert): void {
  const places = [...zonePlaces(alert.zone), ...trackPlaces(alert.track_ids)];
  if (places.length === 0) return;
  if (view.value !== "zones") view.value = "map";
  mapCommands.value?.fit(withMargin(boxOf(places)));
}

/** An alert that came before the map, or before the picture with its objects. */
const waiting = signal<Alert | null>(null);

export function showWhenDrawn(alert: Alert): void {
  waiting.value = alert;
}

/** Shows what waits as soon as there is something to show; whoever chose another alert meanwhile is left alone. */
export function keepShowing(): void {
  const alert = waiting.value;
  void pictureCount.value;
  if (alert === null || mapCommands.value === null) return;
  const isDrawn = alert.track_ids.length === 0 || trackPlaces(alert.track_ids).length > 0;
  if (!isDrawn && chosenAlert.value === alert.alert_id) return;
  waiting.value = null;
  if (chosenAlert.value === alert.alert_id && view.value === "map") showOnMap(alert);
}

function trackPlaces(trackIds: readonly string[]): Corner[] {
  return trackIds.flatMap((trackId) => {
    const place = picture.place(trackId);
    if (place === undefined) return [];
    return [[picture.position[3 * place] ?? 0, picture.position[3 * place + 1] ?? 0] as const];
  });
}

function zonePlaces(name: string): Corner[] {
  const zone = zones.value.features.find((each) => each.properties?.["name"] === name);
  if (zone?.geometry.type !== "Polygon") return [];
  return (zone.geometry.coordinates[0] ?? []).map(([longitude = 0, latitude = 0]: Position) => [
    longitude,
    latitude,
  ]);
}

function withMargin([west, south, east, north]: [number, number, number, number]) {
  const [wide, high] = [(east - west) * MARGIN, (north - south) * MARGIN];
  return [west - wide, south - high, east + wide, north + high] as const;
}
