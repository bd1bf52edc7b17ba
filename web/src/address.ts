/** What the person chose, as it stands in the address after `#`: to share, to come back to, to open a table beside. */

import { signal } from "@preact/signals";

export const VIEWS = ["map", "table", "sensors", "zones", "shift", "help"] as const;
export type View = (typeof VIEWS)[number];

export interface Shows {
  labels: boolean;
  coverage: boolean;
  trails: boolean;
  rings: boolean;
}

export const SHOWN_AT_FIRST: Readonly<Shows> = { labels: true, coverage: false, trails: true, rings: true };

/** Where the map looks: zoom as MapLibre counts it. */
export interface Camera {
  zoom: number;
  latitude_deg: number;
  longitude_deg: number;
}

/** Null: as the map finds it best, around the site. The map writes it when it was moved. */
export const camera = signal<Camera | null>(null);

export interface Place {
  recording: string | null;
  /** Of a recording: when. */
  time_s: number | null;
  alert: string | null;
  track: string | null;
  follows: boolean;
  view: View;
  search: string;
  hidden: readonly string[];
  lowest_m: number | null;
  highest_m: number | null;
  shows: Readonly<Shows>;
  camera: Camera | null;
}

/** A place as text; what is as at first is left out. */
export function toAddress(place: Place): string {
  const query = new URLSearchParams();
  const put = (key: string, value: string | number | null) => {
    if (value !== null && value !== "") query.set(key, String(value));
  };
  put("recording", place.recording);
  put("time", place.recording === null ? null : place.time_s);
  put("alert", place.alert);
  put("track", place.track);
  put("follow", place.follows ? 1 : null);
  put("view", place.view === "map" ? null : place.view);
  put("find", place.search);
  put("hide", [...place.hidden].sort().join(","));
  put("lowest", place.lowest_m);
  put("highest", place.highest_m);
  put("show", sameShows(place.shows) ? null : shownNames(place.shows).join(",") || "none");
  put("at", place.camera && cameraText(place.camera));
  return query.toString();
}

/** The other way; what can't be read is as at first, for addresses are typed and cut off. */
export function fromAddress(text: string): Place {
  const query = new URLSearchParams(text.replace(/^#/, ""));
  const view = VIEWS.find((each) => each === query.get("view"));
  return {
    recording: query.get("recording") || null,
    time_s: number(query.get("time")),
    alert: query.get("alert") || null,
    track: query.get("track") || null,
    follows: query.get("follow") === "1",
    view: view ?? "map",
    search: query.get("find") ?? "",
    hidden: (query.get("hide") ?? "").split(",").filter((each) => each !== ""),
    lowest_m: number(query.get("lowest")),
    highest_m: number(query.get("highest")),
    shows: readShows(query.get("show")),
    camera: readCamera(query.get("at")),
  };
}

function cameraText(camera: Camera): string {
  return `${camera.zoom.toFixed(2)}/${camera.latitude_deg.toFixed(5)}/${camera.longitude_deg.toFixed(5)}`;
}

function readCamera(text: string | null): Camera | null {
  const [zoom = null, latitude_deg = null, longitude_deg = null] = (text ?? "").split("/").map(number);
  if (zoom === null || latitude_deg === null || longitude_deg === null) return null;
  if (zoom < 0 || zoom > 24 || Math.abs(latitude_deg) > 85 || Math.abs(longitude_deg) > 180) return null;
  return { zoom, latitude_deg, longitude_deg };
}

function readShows(text: string | null): Shows {
  if (text === null) return { ...SHOWN_AT_FIRST };
  const names = text.split(",");
  return {
    labels: names.includes("labels"),
    coverage: names.includes("coverage"),
    trails: names.includes("trails"),
    rings: names.includes("rings"),
  };
}

function shownNames(shows: Readonly<Shows>): string[] {
  return Object.entries(shows)
    .filter(([, shown]) => shown)
    .map(([name]) => name);
}

function sameShows(shows: Readonly<Shows>): boolean {
  return shownNames(shows).join() === shownNames(SHOWN_AT_FIRST).join();
}

function number(text: string | null): number | null {
  if (text === null || text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
