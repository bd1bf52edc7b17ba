/** The site's own base map, if it has one: a PMTiles file of pictures, or of vectors in Protomaps' schema.

Kept below all that tocsin draws. Of a vector file only the outlines of things are drawn, in the theme's colours. */

import { addProtocol, type Map as Chart, type LayerSpecification } from "maplibre-gl";
import { PMTiles, Protocol, TileType } from "pmtiles";
import type { Credit } from "./credit";
import type { Palette } from "./palette";
import { ABOVE_LAND } from "./style";
import { LINES, POLYGONS, words } from "./styling";

const SOURCE = "base-map";
const FILLED = ["earth", "landcover", "landuse", "water", "buildings"] as const;

let protocol: Protocol | null = null;

/** Adds what stands in a PMTiles file at `path`; throws if it can't be read. */
export async function addBaseMap(
  chart: Chart,
  path: string,
  palette: Palette,
  credit: Credit,
): Promise<void> {
  const url = new URL(path, document.baseURI).href;
  const file = new PMTiles(url);
  const header = await file.getHeader();
  credit.say(attribution(await file.getMetadata()));
  if (protocol === null) {
    protocol = new Protocol();
    addProtocol("pmtiles", protocol.tile);
  }
  protocol.add(file);
  const isVector = header.tileType === TileType.Mvt;
  if (chart.getSource(SOURCE)) return;
  chart.addSource(SOURCE, {
    type: isVector ? "vector" : "raster",
    url: `pmtiles://${url}`,
    ...(isVector ? {} : { tileSize: 256 }),
  });
  for (const layer of isVector ? vectorLayers(palette) : [PICTURE]) chart.addLayer(layer, ABOVE_LAND);
}

/** The colours of another theme. */
export function baseMapLayers(palette: Palette): LayerSpecification[] {
  return vectorLayers(palette);
}

const PICTURE: LayerSpecification = {
  id: "base-picture",
  type: "raster",
  source: SOURCE,
  paint: { "raster-opacity": 0.75 },
};

function vectorLayers(palette: Palette): LayerSpecification[] {
  const fills = FILLED.map(
    (name): LayerSpecification => ({
      id: `base-${name}`,
      type: "fill",
      source: SOURCE,
      "source-layer": name,
      filter: POLYGONS,
      paint: {
        "fill-color": { earth: palette.land, water: palette.sea }[name as string] ?? palette.grid,
        "fill-opacity": name === "earth" || name === "water" ? 1 : 0.35,
      },
    }),
  );
  const line = (name: string, colour: string, width: number): LayerSpecification => ({
    id: `base-${name}`,
    type: "line",
    source: SOURCE,
    "source-layer": name,
    filter: LINES,
    paint: { "line-color": colour, "line-width": width },
  });
  return [
    ...fills,
    line("roads", palette.border, 0.8),
    line("boundaries", palette.border, 1.2),
    {
      ...words(palette, "base-places", SOURCE, "name", { size: 12 }),
      "source-layer": "places",
    } as LayerSpecification,
  ];
}

function attribution(metadata: unknown): string {
  if (typeof metadata !== "object" || metadata === null || !("attribution" in metadata)) return "";
  return String(metadata.attribution);
}
