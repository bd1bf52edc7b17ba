/** The map's style: every source and layer in drawing order, in the colours of a theme. What is in them comes later. */

import type {
  ExpressionSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import { fontFaces } from "./fonts";
import type { Palette } from "./palette";
import { BELOW, is, LINES, POINTS, POLYGONS, RIGHT, words } from "./styling";

/** GeoJSON sources; each is empty until its part of the map fills it. */
export const SOURCES = [
  "land",
  "grid",
  "coverage",
  "rings",
  "site",
  "zones",
  "warned",
  "layers",
  "trails",
  "corridors",
  "paths",
  "measure",
  "draft",
] as const;
export type Source = (typeof SOURCES)[number];

/** Layers of a base map that the site gives come right above this one, and hide it. */
export const ABOVE_LAND = "grid-lines";

export function mapStyle(palette: Palette): StyleSpecification {
  const empty: SourceSpecification = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
  return {
    version: 8,
    "font-faces": fontFaces(),
    sources: Object.fromEntries(SOURCES.map((name) => [name, empty])),
    layers: [
      ...landLayers(palette),
      ...wordsLast([
        ...gridLayers(palette),
        ...coverageLayers(palette),
        ...siteLayers(palette),
        ...zoneLayers(palette),
        ...trackLayers(palette),
        ...toolLayers(palette),
      ]),
    ],
  };
}

/** No line runs through a name. */
function wordsLast(layers: readonly LayerSpecification[]): LayerSpecification[] {
  const isWords = ({ type }: LayerSpecification) => type === "symbol";
  return [...layers.filter((layer) => !isWords(layer)), ...layers.filter(isWords)];
}

function landLayers(palette: Palette): LayerSpecification[] {
  return [
    { id: "sea", type: "background", paint: { "background-color": palette.sea } },
    { id: "land", type: "fill", source: "land", filter: POLYGONS, paint: { "fill-color": palette.land } },
    {
      id: "land-borders",
      type: "line",
      source: "land",
      paint: {
        "line-color": palette.border,
        "line-width": ["interpolate", ["linear"], ["zoom"], 3, 0.6, 9, 1.6],
      },
    },
    words(palette, "land-names", "land", "name", {
      filter: POINTS,
      size: 13,
      maxzoom: 6,
      paint: { "text-opacity": 0.7 },
    }),
  ];
}

function gridLayers(palette: Palette): LayerSpecification[] {
  return [
    {
      id: ABOVE_LAND,
      type: "line",
      source: "grid",
      filter: LINES,
      paint: { "line-color": palette.grid, "line-width": 1 },
    },
    {
      id: "rings-lines",
      type: "line",
      source: "rings",
      filter: LINES,
      paint: { "line-color": palette.ring, "line-width": 1, "line-dasharray": [4, 3] },
    },
    words(palette, "grid-names", "grid", "label", {
      filter: POINTS,
      size: 11,
      layout: {
        "text-anchor": ["match", ["get", "anchor"], "bottom", "bottom", "left"],
        // Above the scale bar.
        "text-offset": ["match", ["get", "anchor"], "bottom", ["literal", [0, -2]], ["literal", [0, 0]]],
      },
      paint: { "text-opacity": 0.75 },
    }),
    words(palette, "rings-names", "rings", "label", {
      filter: POINTS,
      size: 11,
      paint: { "text-color": palette.ring },
    }),
  ];
}

function coverageLayers(palette: Palette): LayerSpecification[] {
  const isDead: ExpressionSpecification = ["!=", ["get", "state"], "live"];
  return [
    {
      id: "coverage-live",
      type: "fill",
      source: "coverage",
      filter: ["all", POLYGONS, ["!", isDead]],
      paint: { "fill-color": palette.coverage, "fill-opacity": 0.08 },
    },
    {
      id: "coverage-dead",
      type: "fill",
      source: "coverage",
      filter: ["all", POLYGONS, isDead],
      paint: { "fill-pattern": "hatch" },
    },
    {
      id: "coverage-edges",
      type: "line",
      source: "coverage",
      filter: POLYGONS,
      paint: {
        "line-color": ["case", isDead, palette.dead, palette.coverage],
        "line-width": ["case", isDead, 2, 1],
      },
    },
    words(palette, "coverage-names", "coverage", "name", { filter: POINTS, size: 11 }),
  ];
}

function siteLayers(palette: Palette): LayerSpecification[] {
  return [
    {
      id: "layers-areas",
      type: "fill",
      source: "layers",
      filter: POLYGONS,
      paint: { "fill-color": palette.site, "fill-opacity": 0.12 },
    },
    {
      id: "layers-lines",
      type: "line",
      source: "layers",
      filter: ["any", LINES, POLYGONS],
      paint: { "line-color": palette.site, "line-width": 1.4 },
    },
    {
      id: "layers-points",
      type: "circle",
      source: "layers",
      filter: POINTS,
      paint: { "circle-color": palette.site, "circle-radius": 3.5 },
    },
    words(palette, "layers-names", "layers", "name", { layout: BELOW }),
    {
      id: "site-point",
      type: "circle",
      source: "site",
      paint: {
        "circle-radius": 4,
        "circle-color": palette.halo,
        "circle-stroke-color": palette.text,
        "circle-stroke-width": 2,
      },
    },
    words(palette, "site-name", "site", "name", { layout: BELOW }),
  ];
}

function zoneLayers(palette: Palette): LayerSpecification[] {
  const [watch, advisory, warning] = palette.levels;
  const colour: ExpressionSpecification = [
    "match",
    ["get", "level"],
    "watch",
    watch,
    "advisory",
    advisory,
    "warning",
    warning,
    palette.zone,
  ];
  const isAlerted: ExpressionSpecification = ["has", "level"];
  const isWholly: ExpressionSpecification = ["all", isAlerted, ["!", is("isPart")]];
  return [
    {
      id: "zones-areas",
      type: "fill",
      source: "zones",
      filter: POLYGONS,
      paint: { "fill-color": colour, "fill-opacity": ["case", isWholly, 0.28, 0.1] },
    },
    {
      id: "warned-areas",
      type: "fill",
      source: "warned",
      paint: { "fill-color": colour, "fill-opacity": 0.28 },
    },
    {
      id: "warned-edges",
      type: "line",
      source: "warned",
      paint: { "line-color": colour, "line-width": 2, "line-dasharray": [3, 1.5] },
    },
    {
      id: "zones-edges",
      type: "line",
      source: "zones",
      filter: POLYGONS,
      paint: { "line-color": colour, "line-width": ["case", isAlerted, 3.5, 1.8] },
    },
    words(palette, "zones-names", "zones", "name", { filter: POINTS, size: 13 }),
  ];
}

function trackLayers(palette: Palette): LayerSpecification[] {
  const chosen = is("chosen");
  return [
    {
      id: "corridors-areas",
      type: "fill",
      source: "corridors",
      paint: { "fill-color": palette.path, "fill-opacity": ["case", chosen, 0.16, 0.07] },
    },
    {
      id: "trails-lines",
      type: "line",
      source: "trails",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": ["get", "colour"],
        "line-width": ["case", chosen, 3, 2],
        "line-opacity": 0.85,
      },
    },
    {
      id: "paths-lines",
      type: "line",
      source: "paths",
      filter: LINES,
      paint: {
        "line-color": palette.path,
        "line-width": ["case", chosen, 2.2, 1.2],
        "line-dasharray": [2, 2],
      },
    },
    {
      id: "paths-points",
      type: "circle",
      source: "paths",
      filter: ["all", POINTS, chosen],
      paint: { "circle-radius": 3, "circle-color": palette.path },
    },
    words(palette, "paths-names", "paths", "label", {
      filter: ["all", POINTS, chosen],
      size: 11,
      layout: RIGHT,
    }),
  ];
}

function toolLayers(palette: Palette): LayerSpecification[] {
  const colour = palette.draft;
  const corners = (source: string): LayerSpecification => ({
    id: `${source}-corners`,
    type: "circle",
    source,
    filter: POINTS,
    paint: {
      "circle-radius": ["case", is("between"), 4, 7],
      "circle-color": palette.halo,
      "circle-stroke-color": colour,
      "circle-stroke-width": 2,
    },
  });
  return [
    {
      id: "draft-area",
      type: "fill",
      source: "draft",
      filter: POLYGONS,
      paint: { "fill-color": colour, "fill-opacity": 0.15 },
    },
    { id: "draft-lines", type: "line", source: "draft", paint: { "line-color": colour, "line-width": 2.5 } },
    corners("draft"),
    {
      id: "measure-lines",
      type: "line",
      source: "measure",
      paint: { "line-color": colour, "line-width": 2.5 },
    },
    corners("measure"),
    words(palette, "measure-names", "measure", "label", { filter: POINTS, size: 11, layout: RIGHT }),
  ];
}
