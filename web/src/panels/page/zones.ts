/** Zones as they are drawn and sent: GeoJSON there and back, so that what is not understood is kept. */

import type { Feature, FeatureCollection, Polygon } from "geojson";

export type Corner = readonly [number, number];
export type ZoneFeature = Feature<Polygon, Record<string, unknown>>;
export type Zones = FeatureCollection<Polygon, Record<string, unknown>>;

/** What a person may set of a zone, beside its corners. */
export interface ZoneForm {
  name: string;
  floor_m: number;
  ceiling_m: number;
  required_lead_s: number;
}

export const NEW_ZONE: Readonly<ZoneForm> = { name: "", floor_m: 0, ceiling_m: 3000, required_lead_s: 300 };

export function nameOf(zone: ZoneFeature): string {
  return String(zone.properties["name"] ?? "");
}

export function formOf(zone: ZoneFeature): ZoneForm {
  const figure = (key: keyof ZoneForm) => {
    const value = zone.properties[key];
    return typeof value === "number" ? value : Number(NEW_ZONE[key]);
  };
  return {
    name: nameOf(zone),
    floor_m: figure("floor_m"),
    ceiling_m: figure("ceiling_m"),
    required_lead_s: figure("required_lead_s"),
  };
}

/** Corners without the closing one. */
export function cornersOf(zone: ZoneFeature): Corner[] {
  const ring = zone.geometry.coordinates[0] ?? [];
  return ring.slice(0, -1).map(([longitude = 0, latitude = 0]) => [longitude, latitude]);
}

/** The zones with one that is new or other; `before` is the name that it had. */
export function withZone(
  zones: Zones,
  before: string | null,
  form: ZoneForm,
  corners: readonly Corner[],
): Zones {
  const first = corners[0];
  const ring = first === undefined ? [] : [...corners, first];
  const old = zones.features.find((zone) => nameOf(zone) === before);
  const changed: ZoneFeature = {
    type: "Feature",
    ...(old?.id === undefined ? {} : { id: old.id }),
    properties: { ...old?.properties, ...form },
    geometry: { type: "Polygon", coordinates: [ring.map(([longitude, latitude]) => [longitude, latitude])] },
  };
  const features = old
    ? zones.features.map((zone) => (zone === old ? changed : zone))
    : [...zones.features, changed];
  return { ...zones, features };
}

export function withoutZone(zones: Zones, name: string): Zones {
  return { ...zones, features: zones.features.filter((zone) => nameOf(zone) !== name) };
}

/** [west, south, east, north]. */
export function boxOf(corners: readonly Corner[]): [number, number, number, number] {
  const [longitudes, latitudes] = [
    corners.map(([longitude]) => longitude),
    corners.map(([, latitude]) => latitude),
  ];
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}
