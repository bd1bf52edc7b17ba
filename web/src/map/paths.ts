/** Where the chosen and the alerted tracks were, and where they will be, as GeoJSON. */

import type { Feature, FeatureCollection } from "geojson";
import { destination } from "../geodesy";
import type { PathPoint, TrackDetail } from "../model";
import { rgb } from "./palette";

/** Half of the corridor's width in sigmas: 95 of 100 flights stay inside, where the prediction holds. */
const SIGMAS = 2;
const NAMED_EVERY_S = 60;
const TRAIL_COLOUR = rgb("#9fb4c8");

export interface Tracks {
  details: Iterable<TrackDetail>;
  chosen: string | null;
  /** Where a track is now, if it is in the picture. */
  now: (trackId: string) => [number, number] | null;
}

export function trailFeatures(tracks: Tracks): FeatureCollection {
  const features: Feature[] = [];
  for (const detail of tracks.details) {
    const coordinates = detail.trail.map(([lon, lat]) => [lon, lat]);
    const now = tracks.now(detail.track_id);
    if (now) coordinates.push(now);
    if (coordinates.length < 2) continue;
    const chosen = detail.track_id === tracks.chosen;
    features.push({
      type: "Feature",
      properties: { chosen, track: detail.track_id, colour: `rgb(${TRAIL_COLOUR.join(",")})` },
      geometry: { type: "LineString", coordinates },
    });
  }
  return { type: "FeatureCollection", features };
}

export function pathFeatures(tracks: Tracks): FeatureCollection {
  const features: Feature[] = [];
  for (const detail of tracks.details) {
    if (detail.path.length === 0) continue;
    const chosen = detail.track_id === tracks.chosen;
    const start = tracks.now(detail.track_id) ?? [detail.longitude_deg, detail.latitude_deg];
    features.push({
      type: "Feature",
      properties: { chosen },
      geometry: { type: "LineString", coordinates: [start, ...detail.path.map(place)] },
    });
    if (chosen) features.push(...namedPoints(detail.path));
  }
  return { type: "FeatureCollection", features };
}

export function corridorFeatures(tracks: Tracks): FeatureCollection {
  const features: Feature[] = [];
  for (const detail of tracks.details) {
    if (detail.path.length < 2) continue;
    features.push({
      type: "Feature",
      properties: { chosen: detail.track_id === tracks.chosen },
      geometry: { type: "Polygon", coordinates: [corridor(detail.path)] },
    });
  }
  return { type: "FeatureCollection", features };
}

/** Left side out, round the end, right side back. */
function corridor(path: readonly PathPoint[]): [number, number][] {
  const side = (point: PathPoint, turn_deg: number) =>
    destination(place(point), point.course_deg + turn_deg, SIGMAS * point.sigma_across_m);
  const left = path.map((point) => side(point, -90));
  const right = path.map((point) => side(point, 90)).reverse();
  const last = path[path.length - 1]!;
  const cap = [-60, -30, 0, 30, 60].map((turn): [number, number] => {
    const along = SIGMAS * last.sigma_along_m * Math.cos((turn * Math.PI) / 180);
    const across = SIGMAS * last.sigma_across_m * Math.sin((turn * Math.PI) / 180);
    return destination(destination(place(last), last.course_deg, along), last.course_deg + 90, across);
  });
  const ring = [...left, ...cap, ...right];
  return [...ring, ring[0]!];
}

function namedPoints(path: readonly PathPoint[]): Feature[] {
  return path
    .filter((point) => point.after_s > 0 && point.after_s % NAMED_EVERY_S === 0)
    .map((point) => ({
      type: "Feature",
      properties: { chosen: true, label: `+${point.after_s / 60} min` },
      geometry: { type: "Point", coordinates: place(point) },
    }));
}

function place(point: PathPoint): [number, number] {
  return [point.longitude_deg, point.latitude_deg];
}
