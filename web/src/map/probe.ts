/** What tests and benchmarks ask of the map: `window.tocsin`. */

import type { Map as Chart } from "maplibre-gl";
import { picture } from "../picture";
import { decoding_ms, drawing_ms, keep } from "../timing";

export interface Probe {
  /** Where a track is on the page [CSS pixels from the window's left and top]; null if it is not in the picture. */
  project(trackId: string): [number, number] | null;
  /** What the main thread gave to each picture [ms], the latest last: reading the frame, and drawing it. */
  readonly decoding_ms: readonly number[];
  readonly drawing_ms: readonly number[];
  /** Updates since the page was opened. */
  readonly updates: number;
  /** Of the picture that is drawn [UTC ms]. */
  readonly picture_ms: number;
  readonly tracks: number;
  /** Whether the map has drawn all that it was given. */
  isIdle(): boolean;
  /** What is drawn of a source of the map, such as "zones". */
  drawn(source: string): number;
}

declare global {
  interface Window {
    tocsin?: Probe;
  }
}

let updates = 0;
let picture_ms = 0;

/** What one picture costs: first the layers are made anew, then, in a frame of the screen, they are drawn. */
export class DrawingCost {
  private began_ms = 0;
  private sum_ms = 0;
  private isWaiting = false;

  start(): void {
    this.began_ms = performance.now();
  }

  /** The layers are made; the drawing is still to come. */
  pause(): void {
    this.sum_ms += performance.now() - this.began_ms;
    this.isWaiting = true;
  }

  /** Drawings that no picture asked for, as while the map is moved, are not counted. */
  end(): void {
    if (!this.isWaiting) return;
    keep(drawing_ms, this.sum_ms + performance.now() - this.began_ms);
    this.isWaiting = false;
    this.sum_ms = 0;
    updates++;
    picture_ms = picture.time_ms;
  }
}

export function showProbe(chart: Chart): void {
  window.tocsin = {
    project(trackId) {
      const place = picture.place(trackId);
      if (place === undefined) return null;
      const at = chart.project([picture.position[3 * place] ?? 0, picture.position[3 * place + 1] ?? 0]);
      const box = chart.getCanvas().getBoundingClientRect();
      return [box.left + at.x, box.top + at.y];
    },
    decoding_ms,
    drawing_ms,
    get updates() {
      return updates;
    },
    get picture_ms() {
      return picture_ms;
    },
    get tracks() {
      return picture.count;
    },
    isIdle: () => chart.loaded() && !chart.isMoving(),
    drawn: (source) => {
      const layers = chart.getStyle().layers.filter((layer) => "source" in layer && layer.source === source);
      return chart.queryRenderedFeatures({ layers: layers.map((layer) => layer.id) }).length;
    },
  };
}
