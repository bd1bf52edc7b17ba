/** Tracks over the map: at most once a frame of the screen, from the newest picture. */

import { TextLayer } from "@deck.gl/layers";
import { MapboxOverlay } from "@deck.gl/mapbox";
import { effect } from "@preact/signals";
import type { Map as Chart } from "maplibre-gl";
import { currentFilter } from "../filter";
import { picture } from "../picture";
import {
  bootstrap,
  chosenTrack,
  hiddenClasses,
  highest_m,
  lowest_m,
  pictureCount,
  search,
  shows,
  theme,
} from "../state";
import { viewOf } from "./grid";
import { type Label, labelsOf, OFFSET_PX } from "./labels";
import { PALETTES } from "./palette";
import { DrawingCost } from "./probe";
import { SymbolLayer } from "./symbol-layer";
import { Symbols } from "./symbols";

const LABEL_PX = 12;
const LABEL_FONT = "'Noto Sans KR Variable', sans-serif";
const LABEL_WEIGHT = 600;

export interface Overlay {
  symbols: Symbols;
  /** Draws now, and gives the canvas as it was drawn. */
  canvas(): HTMLCanvasElement | null;
  remove(): void;
}

export function addOverlay(chart: Chart): Overlay {
  const symbols = new Symbols();
  const cost = new DrawingCost();
  const overlay = new MapboxOverlay({
    interleaved: false,
    layers: [],
    onLoad: () => {
      // deck.gl would be a second stop for Tab, at which no key does anything.
      const canvas = overlay.getCanvas();
      if (canvas) canvas.tabIndex = -1;
    },
    onBeforeRender: () => cost.start(),
    onAfterRender: () => cost.end(),
  });
  chart.addControl(overlay as never, "top-left");
  let waiting = 0;
  let hasFont = false;
  const draw = () => {
    waiting = 0;
    cost.start();
    update(chart, symbols, overlay, hasFont);
    cost.pause();
  };
  const soon = () => {
    waiting ||= requestAnimationFrame(draw);
  };
  const stop = effect(() => {
    watched();
    soon();
  });
  chart.on("moveend", soon);
  // deck.gl draws letters once: those of a font that is still on its way would stay as they are.
  void document.fonts.load(`${LABEL_WEIGHT} ${LABEL_PX}px ${LABEL_FONT}`).then(() => {
    hasFont = true;
    soon();
  });
  return {
    symbols,
    canvas: () => {
      draw();
      redraw(overlay);
      return overlay.getCanvas();
    },
    remove: () => {
      stop();
      cancelAnimationFrame(waiting);
      chart.off("moveend", soon);
    },
  };
}

/** Whatever changes what is drawn. */
function watched(): void {
  pictureCount.value;
  bootstrap.value;
  chosenTrack.value;
  hiddenClasses.value;
  lowest_m.value;
  highest_m.value;
  search.value;
  shows.value;
  theme.value;
}

function update(chart: Chart, symbols: Symbols, overlay: MapboxOverlay, hasFont: boolean): void {
  const site_m = bootstrap.peek()?.site.altitude_m ?? 0;
  const chosen = chosenTrack.peek();
  symbols.setClasses(bootstrap.peek()?.classes ?? []);
  symbols.setPalette(PALETTES[theme.peek()]);
  symbols.fillFrom(
    picture,
    currentFilter(picture),
    site_m,
    chosen === null ? -1 : (picture.place(chosen) ?? -1),
  );
  const isLabelled = hasFont && shows.peek().labels;
  const project = (position: [number, number]) => chart.project(position);
  const labels = isLabelled ? labelsOf(symbols, picture, viewOf(chart), project, site_m) : [];
  overlay.setProps({ layers: [symbolLayer(symbols), ...(labels.length > 0 ? [labelLayer(labels)] : [])] });
}

function symbolLayer(symbols: Symbols): SymbolLayer {
  const count = symbols.count;
  const { ink } = PALETTES[theme.peek()];
  // A new view of the same columns each time: deck.gl takes the same one for unchanged.
  const attributes = {
    getPosition: { value: symbols.position.subarray(0, 3 * count), size: 3 },
    getRadius: { value: symbols.radius.subarray(0, count), size: 1 },
    getFillColor: { value: bytesOf(symbols.fill, count), size: 4, normalized: true },
    getRingColor: { value: bytesOf(symbols.ring, count), size: 4, normalized: true },
    getMark: { value: symbols.mark.subarray(0, 4 * count), size: 4 },
  };
  return new SymbolLayer({
    id: "tracks",
    data: { length: count, attributes } as never,
    radiusUnits: "pixels",
    billboard: true,
    pickable: false,
    getLineColor: [...ink, 255],
    updateTriggers: { getLineColor: theme.peek() },
    parameters: { depthCompare: "always", depthWriteEnabled: false },
  });
}

function bytesOf(colours: Uint32Array, count: number): Uint8Array {
  return new Uint8Array(colours.buffer, colours.byteOffset, 4 * count);
}

function labelLayer(labels: Label[]): TextLayer<Label> {
  const { ink, paper } = PALETTES[theme.peek()];
  return new TextLayer<Label>({
    id: "track-labels",
    data: labels,
    getPosition: (label) => label.position,
    getText: (label) => label.text,
    getColor: [...ink, 255],
    getSize: LABEL_PX,
    getTextAnchor: "start",
    getAlignmentBaseline: "top",
    getPixelOffset: [...OFFSET_PX],
    fontFamily: LABEL_FONT,
    fontWeight: LABEL_WEIGHT,
    fontSettings: { sdf: true, fontSize: 48, buffer: 8, radius: 14 },
    outlineWidth: 3,
    outlineColor: [...paper, 230],
    characterSet: "auto",
    updateTriggers: { getColor: theme.peek() },
    parameters: { depthCompare: "always", depthWriteEnabled: false },
  });
}

interface WithDeck {
  _deck?: { redraw(reason: string): void };
}

/** At once, for whoever reads the canvas now. The overlay has no word for it. */
function redraw(overlay: MapboxOverlay): void {
  (overlay as unknown as WithDeck)._deck?.redraw("tracks");
}
