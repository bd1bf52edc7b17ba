/** What layers of the style have in common: kinds of geometry, and texts. */

import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SymbolLayerSpecification,
} from "maplibre-gl";
import { MAP_FONT } from "./fonts";
import type { Palette } from "./palette";

export const POLYGONS = geometry("Polygon");
export const LINES = geometry("LineString");
export const POINTS = geometry("Point");

function geometry(type: string): ExpressionSpecification {
  return ["in", ["geometry-type"], ["literal", [type, `Multi${type}`]]];
}

/** Whether a property is true; one that is not there is not. */
export function is(property: string): ExpressionSpecification {
  return ["boolean", ["get", property], false];
}

export interface Words {
  filter?: FilterSpecification;
  maxzoom?: number;
  size?: number;
  layout?: SymbolLayerSpecification["layout"];
  paint?: SymbolLayerSpecification["paint"];
}

/** A layer that writes a property of its features beside them. */
export function words(
  palette: Palette,
  id: string,
  source: string,
  property: string,
  { size = 12, layout, paint, ...more }: Words = {},
): LayerSpecification {
  return {
    id,
    type: "symbol",
    source,
    ...more,
    layout: {
      "text-field": ["get", property],
      "text-font": [MAP_FONT],
      "text-size": size,
      "text-max-width": 12,
      ...layout,
    },
    paint: { "text-color": palette.text, "text-halo-color": palette.halo, "text-halo-width": 1.6, ...paint },
  };
}

export const RIGHT: SymbolLayerSpecification["layout"] = { "text-anchor": "left", "text-offset": [0.7, 0] };
export const BELOW: SymbolLayerSpecification["layout"] = { "text-anchor": "top", "text-offset": [0, 0.9] };
