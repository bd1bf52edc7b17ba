/** Trails, predicted paths and their corridors, redrawn once a second at most; following the chosen track. */

import { effect } from "@preact/signals";
import type { Map as Chart } from "maplibre-gl";
import { details } from "../details";
import { picture } from "../picture";
import { chosenTrack, follows, pictureCount, shows } from "../state";
import type { Fill } from "./fill";
import { corridorFeatures, pathFeatures, type Tracks, trailFeatures } from "./paths";

const EVERY_MS = 1000;
const NONE: Tracks = { details: [], chosen: null, now: () => null };

export function keepMoving(chart: Chart, fill: Fill): () => void {
  const draw = () => {
    const tracks: Tracks = { details: details.peek().values(), chosen: chosenTrack.peek(), now: placeNow };
    const all = { ...tracks, details: [...tracks.details] };
    fill("trails", trailFeatures(shows.peek().trails ? all : NONE));
    fill("paths", pathFeatures(all));
    fill("corridors", corridorFeatures(all));
  };
  let drawnAt = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const soon = (wait_ms: number) => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      drawnAt = performance.now();
      draw();
    }, wait_ms);
  };
  const stops = [
    effect(() => {
      details.value;
      chosenTrack.value;
      shows.value;
      soon(0);
    }),
    effect(() => {
      pictureCount.value;
      if (details.peek().size > 0) soon(Math.max(0, drawnAt + EVERY_MS - performance.now()));
    }),
    effect(() => {
      pictureCount.value;
      if (follows.value) centre(chart);
    }),
  ];
  return () => {
    clearTimeout(waiting);
    for (const stop of stops) stop();
  };
}

function placeNow(trackId: string): [number, number] | null {
  const place = picture.place(trackId);
  if (place === undefined) return null;
  return [picture.position[3 * place] ?? 0, picture.position[3 * place + 1] ?? 0];
}

function centre(chart: Chart): void {
  const id = chosenTrack.value;
  const at = id === null ? null : placeNow(id);
  if (at && !chart.isZooming()) chart.setCenter(at);
}
