/** How parts of the map hand over what they draw. */

import type { FeatureCollection } from "geojson";
import type { Map as Chart, GeoJSONSource } from "maplibre-gl";
import type { Source } from "./style";

export type Fill = (source: Source, features: FeatureCollection) => void;

export function filler(chart: Chart): Fill {
  return (source, features) => {
    chart.getSource<GeoJSONSource>(source)?.setData(features);
  };
}
