/** Where an area's name is written: once, in its largest part, and not once for each tile that it crosses. */

import type { Feature, FeatureCollection, Polygon, Position } from "geojson";

/** The areas, and a point with the same properties for each. */
export function withNamePoints(areas: FeatureCollection): FeatureCollection {
  const points = areas.features.flatMap((area): Feature[] => {
    const at = namePoint(area);
    return at
      ? [{ type: "Feature", properties: area.properties, geometry: { type: "Point", coordinates: at } }]
      : [];
  });
  return { type: "FeatureCollection", features: [...areas.features, ...points] };
}

function namePoint(area: Feature): Position | null {
  const shape = area.geometry; // null in GeoJSON of a sensor without a place
  if (!shape) return null;
  const parts: Polygon["coordinates"][] =
    shape.type === "Polygon" ? [shape.coordinates] : shape.type === "MultiPolygon" ? shape.coordinates : [];
  let largest = 0;
  let found: Position | null = null;
  for (const [outline] of parts) {
    const { area: size, at } = outline ? centroid(outline) : { area: 0, at: null };
    if (Math.abs(size) > largest) {
      largest = Math.abs(size);
      found = at;
    }
  }
  return found;
}

/** By the shoelace formula, in degrees: good enough for a name. */
function centroid(outline: readonly Position[]): { area: number; at: Position } {
  let area = 0;
  let x = 0;
  let y = 0;
  for (let index = 0; index + 1 < outline.length; index++) {
    const [x0 = 0, y0 = 0] = outline[index]!;
    const [x1 = 0, y1 = 0] = outline[index + 1]!;
    const cross = x0 * y1 - x1 * y0;
    area += cross / 2;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  }
  return { area, at: area === 0 ? [...(outline[0] ?? [])] : [x / (6 * area), y / (6 * area)] };
}
