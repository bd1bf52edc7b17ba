/** Areas: zones in the colour of their loudest open alert, who is warned in them, the site's layers, and coverage. */

import { effect } from "@preact/signals";
import type { Feature, FeatureCollection } from "geojson";
import { coverage, siteLayers, zones } from "../geography";
import type { Alert, Level } from "../model";
import { LEVELS } from "../model";
import { alerts } from "../state";
import type { Fill } from "./fill";
import { withNamePoints } from "./name-points";

export function keepAreas(fill: Fill): () => void {
  const stops = [
    effect(() => fill("zones", withNamePoints(withLevels(zones.value, loudestLevels())))),
    effect(() => fill("warned", warnedAreas(alerts.value))),
    effect(() => fill("layers", siteLayers.value)),
    effect(() => fill("coverage", withNamePoints(coverage.value))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** How loud a zone is, and whether only a part of it is warned. */
interface Loudest {
  level: Level;
  isPart: boolean;
}

function withLevels(zones: FeatureCollection, levels: ReadonlyMap<string, Loudest>): FeatureCollection {
  const features = zones.features.map((zone): Feature => {
    const level = levels.get(String(zone.properties?.["name"] ?? ""));
    return level ? { ...zone, properties: { ...zone.properties, ...level } } : zone;
  });
  return { type: "FeatureCollection", features };
}

/** The parts of zones that open alerts are for, the loudest drawn last. An alert for all of a zone has none. */
export function warnedAreas(open: readonly Alert[]): FeatureCollection {
  const features = open.flatMap(({ level, area = [] }): Feature[] => {
    const [first] = area;
    if (first === undefined) return [];
    const ring = [...area, first].map(([latitude, longitude]) => [longitude, latitude]);
    return [{ type: "Feature", properties: { level }, geometry: { type: "Polygon", coordinates: [ring] } }];
  });
  return { type: "FeatureCollection", features: features.reverse() };
}

function loudestLevels(): ReadonlyMap<string, Loudest> {
  const loudest = new Map<string, Loudest>();
  for (const { zone, level, area = [] } of alerts.value) {
    const before = loudest.get(zone);
    const isLouder = !before || LEVELS.indexOf(level) > LEVELS.indexOf(before.level);
    const isPart = area.length > 0 && (before?.isPart ?? true);
    loudest.set(zone, { level: isLouder ? level : before.level, isPart });
  }
  return loudest;
}
