/** A click chooses the nearest track, or nothing; dragging the map ends following. */

import type { Map as Chart, MapMouseEvent } from "maplibre-gl";
import { picture } from "../picture";
import { chosenTrack, follows } from "../state";
import { tool } from "./commands";
import type { Symbols } from "./symbols";

/** A finger is wider than a mouse pointer. */
const REACH_PX = 18;

export function addChoosing(chart: Chart, symbols: Symbols): void {
  chart.on("click", (event) => {
    if (tool.peek() !== "choose") return;
    const place = nearest(chart, symbols, event);
    chosenTrack.value = place === null ? null : picture.trackId(place);
    if (place === null) follows.value = false;
  });
  chart.on("dragstart", () => {
    follows.value = false;
  });
  chart.on("mousemove", (event) => {
    if (tool.peek() !== "choose" || chart.isMoving()) return;
    chart.getCanvas().style.cursor = nearest(chart, symbols, event) === null ? "" : "pointer";
  });
}

function nearest(chart: Chart, symbols: Symbols, event: MapMouseEvent): number | null {
  const { x, y } = event.point;
  const low = chart.unproject([x - REACH_PX, y + REACH_PX]);
  const high = chart.unproject([x + REACH_PX, y - REACH_PX]);
  let best: number | null = null;
  let least = REACH_PX;
  for (let at = 0; at < symbols.count; at++) {
    const lon = symbols.position[3 * at] ?? 0;
    const lat = symbols.position[3 * at + 1] ?? 0;
    if (lon < low.lng || lon > high.lng || lat < low.lat || lat > high.lat) continue;
    const point = chart.project([lon, lat]);
    const far = Math.hypot(point.x - x, point.y - y);
    if (far <= least) {
      least = far;
      best = symbols.place[at] ?? null;
    }
  }
  return best;
}
