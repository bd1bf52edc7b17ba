/** The base map that is always there: countries of Natural Earth, from the package world-atlas. */

import type { FeatureCollection } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import fineUrl from "world-atlas/countries-10m.json?url";
import coarseUrl from "world-atlas/countries-50m.json?url";
import { withNamePoints } from "./name-points";

/** Phones get the coarser one: 0.7 instead of 3.6 MB. */
const NARROW_PX = 700;

export async function loadLand(): Promise<FeatureCollection> {
  const answer = await fetch(window.innerWidth < NARROW_PX ? coarseUrl : fineUrl);
  const topology = (await answer.json()) as Topology<{ countries: GeometryCollection<{ name: string }> }>;
  return withNamePoints(feature(topology, topology.objects.countries));
}
