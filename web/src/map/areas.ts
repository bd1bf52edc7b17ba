/** Areas: zones in the colour of their loudest open alert, the site's layers, and coverage. */

import { effect } from "@preact/signals";
import type { Feature, FeatureCollection } from "geojson";
import { coverage, siteLayers, zones } from "../geography";
import type { Level } from "../model";
import { LEVELS } from "../model";
import { alerts } from "../state";
import type { Fill } from "./fill";
import { withNamePoints } from "./name-points";

export function keepAreas(fill: Fill): () => void {
  const stops = [
    effect(() => fill("zones", withNamePoints(withLevels(zones.value, loudestLevels())))),
    effect(() => fill("layers", siteLayers.value)),
    effect(() => fill("coverage", withNamePoints(coverage.value))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function withLevels(zones: FeatureCollection, levels: ReadonlyMap<string, Level>): FeatureCollection {
  const features = zones.features.map((zone): Feature => {
    const level = levels.get(String(zone.properties?.["name"] ?? ""));
    return level ? { ...zone, properties: { ...zone.properties, level } } : zone;
  });
  return { type: "FeatureCollection", features };
}

function loudestLevels(): ReadonlyMap<string, Level> {
  const loudest = new Map<string, Level>();
  for (const alert of alerts.value) {
    const before = loudest.get(alert.zone);
    if (!before || LEVELS.indexOf(alert.level) > LEVELS.indexOf(before)) loudest.set(alert.zone, alert.level);
  }
  return loudest;
}
