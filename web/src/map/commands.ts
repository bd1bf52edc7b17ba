/** What the panels may ask of the map, whether or not it is loaded yet. */

import { signal } from "@preact/signals";
import { type Corner, draftTrouble } from "./draft";

/** What a click on the map does: choose a track, measure, draw a zone, or move the corners of one. */
export type Tool = "choose" | "measure" | "draw-zone" | "edit-zone";
export const tool = signal<Tool>("choose");

/** A zone as it is drawn or edited, not yet sent: corners as [longitude, latitude], not closed; null: none. */
export interface Draft {
  /** The zone that is edited, or null for a new one. */
  zone: string | null;
  corners: readonly Corner[];
  /** In words, why it can't be a zone, such as that it crosses itself; null: it can. */
  trouble: "crosses-itself" | "too-few-corners" | null;
}
export const draft = signal<Draft | null>(null);

/** Other corners of the zone that is drawn, and whether they can be one. */
export function setCorners(corners: readonly Corner[]): void {
  draft.value = { zone: draft.peek()?.zone ?? null, corners, trouble: draftTrouble(corners) };
}

/** Nothing is drawn any more, and what was not sent is gone. */
export function stopDrawing(): void {
  draft.value = null;
  tool.value = "choose";
}

/** What measuring found: along the line, and the bearing of its last leg. */
export interface Measure {
  distance_m: number;
  bearing_deg: number | null;
}
export const measured = signal<Measure | null>(null);

/** Why there is no map, such as a browser without WebGL; the table is shown instead. */
export const mapTrouble = signal<"no-webgl" | "lost-webgl" | "not-loaded" | null>(null);

export interface MapCommands {
  /** Brings a place into view. */
  show(longitude_deg: number, latitude_deg: number, zoom?: number): void;
  /** Brings all of [west, south, east, north] into view. */
  fit(box: readonly [number, number, number, number]): void;
  zoomBy(steps: number): void;
  /** Longitude and latitude of its middle, where a tool's cross stands. */
  middle(): Corner;
  /** Gives it the keyboard. */
  focus(): void;
  /** The map as it is seen, as PNG. */
  png(): Promise<Blob>;
}

/** Null until the map is drawn. */
export const mapCommands = signal<MapCommands | null>(null);
