/** Brings on the map into view what an alert is about: its zone and its objects. */

import type { Position } from "geojson";
import { zones } from "../../geography";
import { mapCommands } from "../../map/commands";
import type { Alert } from "../../model";
import { picture } from "../../picture";
import { view } from "../../state";
import { boxOf, type Corner } from "../page/zones";

/** So much of the box is left free around it. */
const MARGIN = 0.15;

export function showOnMap(alert: Alert): void {
  const places = [...zonePlaces(alert.zone), ...trackPlaces(alert.track_ids)];
  if (places.length === 0) return;
  if (view.value !== "zones") view.value = "map";
  mapCommands.value?.fit(withMargin(boxOf(places)));
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
