/** All that the page knows, as signals: the stream and the server's answers write it, map and panels show it. */

import { signal } from "@preact/signals";
import type { Alert, Bootstrap, Clock, Health, Operator, Sensor, TrackDetail } from "./model";

/** The link to the server: `late` is a server that leaves frames out for us. */
export type Link = "connecting" | "open" | "late" | "lost";

export const bootstrap = signal<Bootstrap | null>(null);
export const operator = signal<Operator | null>(null);
export const link = signal<Link>("connecting");
/** When anything last came, of this machine's clock [ms]: a picture that is old must not look new. */
export const heardAt_ms = signal(0);
export const clock = signal<Clock | null>(null);
export const alerts = signal<readonly Alert[]>([]);
export const ended = signal<readonly Alert[]>([]);
export const sensors = signal<readonly Sensor[] | null>(null);
export const sensorSummary = signal<Readonly<Record<string, number>>>({});
export const health = signal<Health | null>(null);
/** Counts up when the server says that the zones are others. */
export const zonesCount = signal(0);
/** Counts up with each new picture of the tracks, which live in `picture.ts` and not in a signal. */
export const pictureCount = signal(0);
export const trackDetail = signal<TrackDetail | null>(null);
/** What the server said no to, in words, until it is read. */
export const trouble = signal<string | null>(null);

/** Of which recording the clock, the picture and the alerts are; null: of now. Another one may be wanted already. */
export const shownOf = signal<string | null>(null);

/** What the person chose; all of it stands in the address. */
export const recording = signal<string | null>(null);
export const chosenAlert = signal<string | null>(null);
export const chosenTrack = signal<string | null>(null);
export const follows = signal(false);
export const view = signal<"map" | "table" | "sensors" | "zones" | "shift" | "help">("map");
export const search = signal("");
/** Classes that are not drawn; what is alerted is drawn whatever is filtered. */
export const hiddenClasses = signal<ReadonlySet<string>>(new Set());
export const lowest_m = signal<number | null>(null);
export const highest_m = signal<number | null>(null);
export const shows = signal({ labels: true, coverage: false, trails: true, rings: true });
export const theme = signal<"dark" | "light" | "contrast">("dark");
export const language = signal("en");
