/** The map itself: MapLibre with the page's style, deck.gl's tracks over it, and the parts that fill them. */

import { effect } from "@preact/signals";
import { Map as Chart, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { camera } from "../address";
import { bootstrap, theme, trouble } from "../state";
import { keepAreas } from "./areas";
import { addBaseMap, baseMapLayers } from "./base-map";
import { addChoosing } from "./choose";
import { type MapCommands, mapCommands, mapTrouble, tool } from "./commands";
import { Credit } from "./credit";
import { type Fill, filler } from "./fill";
import { hatch } from "./hatch";
import { loadLand } from "./land";
import { keepMoving } from "./moving";
import { addOverlay, type Overlay } from "./overlay";
import { PALETTES, rgb } from "./palette";
import { mapPng } from "./png";
import { showProbe } from "./probe";
import { mapStyle } from "./style";
import { keepSurroundings } from "./surroundings";
import { keepTools } from "./tools";

// From the page's own files: without it the worker would come from a blob:, which the page's policy refuses.
setWorkerUrl(new URL(workerUrl, document.baseURI).href);

const FIRST_ZOOM = 10;

/** Draws the map into an element; what it gives takes it away again. */
export function showChart(element: HTMLElement): () => void {
  const chart = new Chart({
    container: element,
    style: mapStyle(PALETTES[theme.peek()]),
    ...firstView(),
    attributionControl: false,
    maplibreLogo: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    renderWorldCopies: false,
    fadeDuration: 0, // labels that fade in look like labels that are not there
  });
  chart.touchZoomRotate.disableRotation();
  chart.keyboard.disableRotation();
  chart.addControl(new ScaleControl({ maxWidth: 140 }), "bottom-left");
  const credit = new Credit();
  chart.addControl(credit, "bottom-right");
  const stops: (() => void)[] = [];
  chart.on("webglcontextlost", () => {
    mapTrouble.value = "lost-webgl";
  });
  chart.on("webglcontextrestored", () => {
    mapTrouble.value = null;
  });
  chart.once("style.load", () => stops.push(...fillChart(chart, element, credit)));
  return () => {
    for (const stop of stops) stop();
    mapCommands.value = null;
    delete window.tocsin;
    chart.remove();
  };
}

function fillChart(chart: Chart, element: HTMLElement, credit: Credit): (() => void)[] {
  const fill = filler(chart);
  const overlay = addOverlay(chart);
  addChoosing(chart, overlay.symbols);
  showProbe(chart);
  mapCommands.value = commands(chart, overlay);
  // The world is the largest of all: what the officer needs is drawn before it.
  chart.once("load", () => void fillLand(fill));
  return [
    effect(() => paint(chart)),
    effect(() => {
      element.dataset["tool"] = tool.value;
    }),
    effect(() => goToSite(chart)),
    effect(() => {
      const path = bootstrap.value?.base_map;
      if (path) void fillBaseMap(chart, path, credit);
    }),
    keepSurroundings(chart, fill),
    keepAreas(fill),
    keepMoving(chart, fill),
    keepTools(chart, fill),
    overlay.remove,
  ];
}

/** As the address says, else around the site, else nowhere yet. */
function firstView() {
  const wanted = camera.peek();
  if (wanted)
    return { center: [wanted.longitude_deg, wanted.latitude_deg] as [number, number], zoom: wanted.zoom };
  const site = bootstrap.peek()?.site;
  if (site) return { center: [site.longitude_deg, site.latitude_deg] as [number, number], zoom: FIRST_ZOOM };
  return { center: [0, 30] as [number, number], zoom: 2 };
}

let shownSite = "";

/** Another site, of another recording, is another place; the same one again is not. */
function goToSite(chart: Chart): void {
  const site = bootstrap.value?.site;
  if (!site || site.name === shownSite) return;
  const isFirst = shownSite === "";
  shownSite = site.name;
  if (isFirst && camera.peek()) return;
  chart.jumpTo({ center: [site.longitude_deg, site.latitude_deg], zoom: FIRST_ZOOM });
}

/** The colours of the theme, on layers that stay. */
function paint(chart: Chart): void {
  const palette = PALETTES[theme.value];
  const { style } = chart.getContainer();
  style.setProperty("--map-text", palette.text);
  style.setProperty("--map-halo", palette.halo);
  style.setProperty("background", palette.sea);
  const image = hatch(rgb(palette.dead));
  if (chart.hasImage("hatch")) chart.updateImage("hatch", image);
  else chart.addImage("hatch", image);
  for (const layer of [...mapStyle(palette).layers, ...baseMapLayers(palette)]) {
    if (!chart.getLayer(layer.id)) continue; // of a base map that is not there
    for (const [name, value] of Object.entries(layer.paint ?? {})) {
      chart.setPaintProperty(layer.id, name as never, value as never);
    }
  }
}

async function fillLand(fill: Fill): Promise<void> {
  try {
    fill("land", await loadLand());
  } catch (error) {
    console.error("the base map can't be read", error); // rings, zones and tracks are drawn all the same
  }
}

/** One that can't be read leaves the map of the world in its place, and says so. */
async function fillBaseMap(chart: Chart, path: string, credit: Credit): Promise<void> {
  try {
    await addBaseMap(chart, path, PALETTES[theme.peek()], credit);
  } catch (error) {
    trouble.value = `base map: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function commands(chart: Chart, overlay: Overlay): MapCommands {
  return {
    show: (longitude_deg, latitude_deg, zoom) =>
      chart.jumpTo({ center: [longitude_deg, latitude_deg], zoom: zoom ?? chart.getZoom() }),
    fit: ([west, south, east, north]) =>
      chart.fitBounds([west, south, east, north], { padding: 60, maxZoom: 14, animate: false }),
    middle: () => {
      const { lng, lat } = chart.getCenter();
      return [lng, lat];
    },
    focus: () => chart.getCanvas().focus(),
    zoomBy: (steps) => chart.zoomTo(chart.getZoom() + steps, { duration: 150 }),
    png: () => mapPng(chart, overlay),
  };
}
