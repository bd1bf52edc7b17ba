/** Measuring, and drawing and editing zones: by mouse, by finger, and by key at the middle of the map. */

import { effect } from "@preact/signals";
import type { Feature, FeatureCollection } from "geojson";
import type { Map as Chart, MapMouseEvent, MapTouchEvent } from "maplibre-gl";
import { bearing_deg, distance_m } from "../geodesy";
import { draft, measured, setCorners, tool } from "./commands";
import { type Corner, middles, movedCorner, withCorner, withoutCorner } from "./draft";
import type { Fill } from "./fill";
import { rangeText } from "./grid";

const GRAB_PX = 14;

/** A zone's corner that is being dragged. */
let grabbed: number | null = null;
let line: Corner[] = [];

export function keepTools(chart: Chart, fill: Fill): () => void {
  const canvas = chart.getCanvas();
  const key = (event: KeyboardEvent) => onKey(chart, event);
  const crosshair = document.createElement("div");
  crosshair.className = "map-crosshair";
  chart.on("click", (event) => onClick(chart, event));
  chart.on("mousedown", (event) => grab(chart, event));
  chart.on("touchstart", (event) => grab(chart, event));
  chart.on("mousemove", drag);
  chart.on("touchmove", drag);
  chart.on("mouseup", () => release(chart));
  chart.on("touchend", () => release(chart));
  canvas.addEventListener("keydown", key);
  const stops = [
    effect(() => {
      const isTool = tool.value !== "choose";
      if (tool.value !== "measure") setLine([]);
      if (isTool) {
        chart.doubleClickZoom.disable();
        chart.getContainer().append(crosshair);
      } else {
        chart.doubleClickZoom.enable();
        crosshair.remove();
      }
    }),
    effect(() => fill("draft", draftFeatures(draft.value?.corners ?? [], tool.value === "edit-zone"))),
    effect(() => {
      measured.value;
      fill("measure", measureFeatures(line));
    }),
  ];
  return () => {
    canvas.removeEventListener("keydown", key);
    for (const stop of stops) stop();
  };
}

function setLine(corners: Corner[]): void {
  line = corners;
  const last = corners[corners.length - 1];
  const before = corners[corners.length - 2];
  measured.value =
    last === undefined
      ? null
      : { distance_m: length(corners), bearing_deg: before ? bearing_deg(before, last) : null };
}

function length(corners: readonly Corner[]): number {
  return corners.slice(1).reduce((sum, corner, index) => sum + distance_m(corners[index]!, corner), 0);
}

function onClick(chart: Chart, event: MapMouseEvent): void {
  put(chart, [event.lngLat.lng, event.lngLat.lat]);
}

function put(chart: Chart, corner: Corner): void {
  const corners = draft.peek()?.corners ?? [];
  if (tool.peek() === "measure") setLine([...line, corner]);
  else if (tool.peek() === "draw-zone") setCorners([...corners, corner]);
  else if (tool.peek() === "edit-zone") insert(chart, corners, corner);
}

/** A click on the middle of an edge makes a corner there. */
function insert(chart: Chart, corners: readonly Corner[], corner: Corner): void {
  const edge = nearest(chart, middles(corners), corner);
  if (edge !== null && nearest(chart, corners, corner) === null)
    setCorners(withCorner(corners, edge + 1, corner));
}

function nearest(chart: Chart, corners: readonly Corner[], to: Corner): number | null {
  const point = chart.project([...to]);
  let least = GRAB_PX;
  let found: number | null = null;
  corners.forEach((corner, index) => {
    const at = chart.project([...corner]);
    const far = Math.hypot(at.x - point.x, at.y - point.y);
    if (far <= least) {
      least = far;
      found = index;
    }
  });
  return found;
}

function grab(chart: Chart, event: MapMouseEvent | MapTouchEvent): void {
  if (tool.peek() === "choose" || tool.peek() === "measure") return;
  grabbed = nearest(chart, draft.peek()?.corners ?? [], [event.lngLat.lng, event.lngLat.lat]);
  if (grabbed !== null) {
    event.preventDefault();
    chart.dragPan.disable();
  }
}

function drag(event: MapMouseEvent | MapTouchEvent): void {
  if (grabbed === null) return;
  setCorners(movedCorner(draft.peek()?.corners ?? [], grabbed, [event.lngLat.lng, event.lngLat.lat]));
}

function release(chart: Chart): void {
  grabbed = null;
  chart.dragPan.enable();
}

/** Arrows move the map under the cross in its middle; Enter puts a corner there, Delete takes back. */
function onKey(chart: Chart, event: KeyboardEvent): void {
  if (tool.peek() === "choose") return;
  const { lng, lat } = chart.getCenter();
  if (event.key === "Enter") put(chart, [lng, lat]);
  else if (event.key === "Backspace" || event.key === "Delete") takeBack(chart, [lng, lat]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function takeBack(chart: Chart, at: Corner): void {
  if (tool.peek() === "measure") {
    setLine(line.slice(0, -1));
    return;
  }
  const corners = draft.peek()?.corners ?? [];
  setCorners(withoutCorner(corners, nearest(chart, corners, at) ?? corners.length - 1));
}

function draftFeatures(corners: readonly Corner[], isEdited: boolean): FeatureCollection {
  const ring = [...corners, ...corners.slice(0, 1)].map(([lon, lat]) => [lon, lat]);
  const area: Feature = {
    type: "Feature",
    properties: {},
    geometry:
      corners.length < 3
        ? { type: "LineString", coordinates: ring }
        : { type: "Polygon", coordinates: [ring] },
  };
  const between = isEdited ? middles(corners).map((at) => point(at, { between: true })) : [];
  const features = corners.length < 2 ? [] : [area];
  return {
    type: "FeatureCollection",
    features: [...features, ...between, ...corners.map((at) => point(at, { between: false }))],
  };
}

function measureFeatures(corners: readonly Corner[]): FeatureCollection {
  const coordinates = corners.map(([lon, lat]) => [lon, lat]);
  const points = corners.map((corner, index) => {
    const before = corners[index - 1];
    const label = before
      ? `${rangeText(length(corners.slice(0, index + 1)))}  ${Math.round(bearing_deg(before, corner))}°`
      : "";
    return point(corner, { label });
  });
  const path: Feature[] =
    corners.length < 2
      ? []
      : [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } }];
  return { type: "FeatureCollection", features: [...path, ...points] };
}

function point(at: Corner, properties: Record<string, unknown>): Feature {
  return { type: "Feature", properties, geometry: { type: "Point", coordinates: [...at] } };
}
