/** What the view itself asks for: rings and graticule as fine as it is, the site, the camera in the address. */

import { effect } from "@preact/signals";
import type { Map as Chart } from "maplibre-gl";
import { camera } from "../address";
import { bootstrap, shows } from "../state";
import type { Fill } from "./fill";
import { graticule, rangeRings, viewOf } from "./grid";

const NOTHING = { type: "FeatureCollection", features: [] } as const;

export function keepSurroundings(chart: Chart, fill: Fill): () => void {
  const draw = () => {
    const view = viewOf(chart);
    const site = bootstrap.peek()?.site;
    const isShown = shows.peek().rings;
    fill("grid", isShown ? graticule(view) : { ...NOTHING, features: [] });
    const rings = site && isShown ? rangeRings([site.longitude_deg, site.latitude_deg], view) : null;
    fill("rings", rings ?? { ...NOTHING, features: [] });
  };
  const moved = () => {
    const { lng, lat } = chart.getCenter();
    camera.value = { zoom: chart.getZoom(), latitude_deg: lat, longitude_deg: lng };
    draw();
  };
  chart.on("moveend", moved);
  const stops = [
    effect(() => {
      shows.value;
      const site = bootstrap.value?.site;
      if (site) fill("site", sitePoint(site.name, site.longitude_deg, site.latitude_deg));
      draw();
    }),
    effect(() => follow(chart)),
  ];
  return () => {
    for (const stop of stops) stop();
    chart.off("moveend", moved);
  };
}

/** An address that was changed by hand, or by the browser's back, moves the map. */
function follow(chart: Chart): void {
  const wanted = camera.value;
  if (wanted === null || chart.isMoving()) return;
  const { lng, lat } = chart.getCenter();
  const isThere =
    Math.abs(lng - wanted.longitude_deg) < 2e-5 &&
    Math.abs(lat - wanted.latitude_deg) < 2e-5 &&
    Math.abs(chart.getZoom() - wanted.zoom) < 0.02;
  if (!isThere) chart.jumpTo({ center: [wanted.longitude_deg, wanted.latitude_deg], zoom: wanted.zoom });
}

function sitePoint(name: string, longitude_deg: number, latitude_deg: number) {
  return {
    type: "FeatureCollection" as const,
    features: [
      {
        type: "Feature" as const,
        properties: { name },
        geometry: { type: "Point" as const, coordinates: [longitude_deg, latitude_deg] },
      },
    ],
  };
}
