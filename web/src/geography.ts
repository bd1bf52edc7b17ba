/** Zones, the site's own layers and the sensors' coverage: GeoJSON from the server, asked again when they change. */

import { effect, signal } from "@preact/signals";
import type { FeatureCollection } from "geojson";
import { scoped } from "./scope";
import { ask } from "./server";
import { bootstrap, operator, recording, sensors, shows, zonesCount } from "./state";

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

export const zones = signal<FeatureCollection>(NOTHING);
export const siteLayers = signal<FeatureCollection>(NOTHING);
export const coverage = signal<FeatureCollection>(NOTHING);

export function keepGeography(): void {
  effect(() => {
    zonesCount.value;
    if (mayAsk()) void load("v1/zones", zones);
  });
  effect(() => {
    if (mayAsk()) void loadLayers(bootstrap.value?.layers ?? []);
  });
  let states = "";
  effect(() => {
    const wanted = shows.value.coverage && operator.value !== null && bootstrap.value !== null;
    const now = (sensors.value ?? []).map((sensor) => `${sensor.name} ${sensor.state}`).join();
    if (!wanted) {
      states = "";
      coverage.value = NOTHING;
    } else if (states !== now || coverage.peek() === NOTHING) {
      states = now;
      void load("v1/coverage", coverage);
    }
  });
}

function mayAsk(): boolean {
  const told = bootstrap.value;
  if (told?.mode === "recording" && recording.value === null) return false;
  return told !== null && (!told.login_required || operator.value !== null);
}

async function load(path: string, into: typeof zones): Promise<void> {
  try {
    into.value = await ask<FeatureCollection>(scoped(path, true));
  } catch {
    // what is shown stays; the link's state says that the server is away
  }
}

async function loadLayers(names: readonly string[]): Promise<void> {
  const features: FeatureCollection["features"] = [];
  for (const name of names) {
    try {
      const layer = await ask<FeatureCollection>(scoped(`v1/layers/${encodeURIComponent(name)}`));
      features.push(...layer.features);
    } catch {
      // one layer that can't be read hides no other
    }
  }
  siteLayers.value = { type: "FeatureCollection", features };
}
