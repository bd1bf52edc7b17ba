/** What makes an empty map readable: range rings around the site and a graticule, as fine as the view needs. */

import type { Feature, FeatureCollection } from "geojson";
import type { Map as Chart } from "maplibre-gl";
import { destination, distance_m, type LonLat } from "../geodesy";

export interface View {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** What a map shows. */
export function viewOf(chart: Chart): View {
  const bounds = chart.getBounds();
  return {
    west: bounds.getWest(),
    south: bounds.getSouth(),
    east: bounds.getEast(),
    north: bounds.getNorth(),
  };
}

const RING_STEPS_M = [50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 20e3, 50e3, 100e3, 200e3, 500e3];
const GRID_STEPS_DEG = [
  30,
  10,
  5,
  2,
  1,
  1 / 2,
  1 / 4,
  1 / 6,
  1 / 12,
  1 / 30,
  1 / 60,
  1 / 120,
  1 / 300,
  1 / 1200,
  1 / 3600,
];
const MOST_RINGS = 12;
const LABEL_BEARINGS = [0, 90, 180, 270];

/** About six rings from the site to the farthest corner of the view, with their ranges written on them. */
export function rangeRings(site: LonLat, view: View): FeatureCollection {
  const span = distance_m([view.west, view.south], [view.east, view.north]);
  const step = RING_STEPS_M.find((each) => span / each <= MOST_RINGS) ?? 1e6;
  const corners: LonLat[] = [
    [view.west, view.south],
    [view.east, view.south],
    [view.west, view.north],
    [view.east, view.north],
  ];
  const farthest = Math.max(...corners.map((corner) => distance_m(site, corner)));
  const features: Feature[] = [];
  // Far away from the site, rings would be lines across the view that mean little.
  for (let ring = 1; ring <= Math.min(farthest / step, 2 * MOST_RINGS); ring++) {
    features.push(...ringFeatures(site, ring * step));
  }
  return { type: "FeatureCollection", features };
}

function ringFeatures(site: LonLat, range_m: number): Feature[] {
  const coordinates = Array.from({ length: 129 }, (_, index) =>
    destination(site, (index * 360) / 128, range_m),
  );
  const label = rangeText(range_m);
  const line: Feature = { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } };
  const labels = LABEL_BEARINGS.map(
    (bearing): Feature => ({
      type: "Feature",
      properties: { label },
      geometry: { type: "Point", coordinates: destination(site, bearing, range_m) },
    }),
  );
  return [line, ...labels];
}

export function rangeText(range_m: number): string {
  if (range_m < 1000) return `${Math.round(range_m)} m`;
  const km = range_m / 1000;
  return `${km < 10 ? Number(km.toFixed(1)) : Math.round(km)} km`;
}

/** So near to the view's edges a name would be cut, or lie under the scale bar, as a share of the view. */
const EDGE = 0.06;

/** Meridians and parallels, named where they meet the view's south and west. */
export function graticule(view: View): FeatureCollection {
  const span = Math.max(view.east - view.west, view.north - view.south);
  const step = GRID_STEPS_DEG.findLast((each) => span / each <= 8) ?? 30;
  const features: Feature[] = [];
  const inset = 0.012 * span;
  for (let index = Math.ceil(view.west / step); index * step <= view.east; index++) {
    const lon = index * step;
    features.push(line([lon, view.south], [lon, view.north]));
    if (isWithin(lon, view.west, view.east))
      features.push(point([lon, view.south + inset], degrees(lon, step, "E", "W"), "bottom"));
  }
  for (let index = Math.ceil(view.south / step); index * step <= view.north; index++) {
    const lat = index * step;
    features.push(line([view.west, lat], [view.east, lat]));
    if (isWithin(lat, view.south, view.north))
      features.push(point([view.west + inset, lat], degrees(lat, step, "N", "S"), "left"));
  }
  return { type: "FeatureCollection", features };
}

function isWithin(value: number, from: number, to: number): boolean {
  const edge = EDGE * (to - from);
  return value >= from + edge && value <= to - edge;
}

function line(from: LonLat, to: LonLat): Feature {
  return {
    type: "Feature",
    properties: {},
    geometry: { type: "LineString", coordinates: [[...from], [...to]] },
  };
}

function point(at: LonLat, label: string, anchor: string): Feature {
  return {
    type: "Feature",
    properties: { label, anchor },
    geometry: { type: "Point", coordinates: [...at] },
  };
}

function degrees(value: number, step: number, positive: string, negative: string): string {
  const side = value < 0 ? negative : positive;
  let seconds = Math.round(Math.abs(value) * 3600);
  const whole = Math.floor(seconds / 3600);
  seconds -= whole * 3600;
  const minutes = Math.floor(seconds / 60);
  seconds -= minutes * 60;
  if (step >= 1) return `${whole}°${side}`;
  if (step >= 1 / 60) return `${whole}°${String(minutes).padStart(2, "0")}′${side}`;
  return `${whole}°${String(minutes).padStart(2, "0")}′${String(seconds).padStart(2, "0")}″${side}`;
}
