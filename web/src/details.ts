/** What the server tells of single tracks: the chosen one often, those of open alerts now and then. */

import { computed, effect, signal } from "@preact/signals";
import type { TrackDetail } from "./model";
import { picture } from "./picture";
import { canAsk, scoped } from "./scope";
import { ask, Refusal } from "./server";
import { alerts, chosenTrack, link, trackDetail } from "./state";

const CHOSEN_EVERY_MS = 1000;
const ALERTED_EVERY_MS = 4000;
/** Of a mass arrival the loudest; the map would be covered by more, and the server busy. */
const MOST_ALERTED = 12;
const NOT_FOUND = 404;

/** By track ID. */
export const details = signal<ReadonlyMap<string, TrackDetail>>(new Map());

/** Those of the wanted that the server no longer knows. A recording that is wound back may have them again. */
export const over = signal<ReadonlySet<string>>(new Set());

const asking = new Set<string>();

export function keepDetails(): void {
  const isReady = computed(canAsk);
  effect(() => {
    const chosen = chosenTrack.value;
    if (trackDetail.peek()?.track_id !== chosen) trackDetail.value = null;
    if (chosen !== null && isReady.value) void learn(chosen);
  });
  effect(() => {
    const wanted = wantedTracks();
    const kept = [...details.peek()].filter(([id]) => wanted.includes(id));
    if (kept.length < details.peek().size) details.value = new Map(kept);
    const stillOver = [...over.peek()].filter((id) => wanted.includes(id));
    if (stillOver.length < over.peek().size) over.value = new Set(stillOver);
    if (isReady.value) for (const id of wanted) if (!details.peek().has(id)) void learn(id);
  });
  setInterval(() => {
    const chosen = chosenTrack.peek();
    if (chosen !== null && isReady.peek() && link.peek() !== "lost") void learn(chosen);
  }, CHOSEN_EVERY_MS);
  setInterval(() => {
    if (isReady.peek() && link.peek() !== "lost") for (const id of wantedTracks()) void learn(id);
  }, ALERTED_EVERY_MS);
}

function wantedTracks(): string[] {
  const alerted = alerts.value.flatMap((alert) => alert.track_ids).slice(0, MOST_ALERTED);
  return chosenTrack.value === null ? alerted : [...new Set([chosenTrack.value, ...alerted])];
}

/** What is over is asked for again only when it is in the picture again. */
export function isOver(id: string, those = over.value): boolean {
  return those.has(id) && picture.place(id) === undefined;
}

async function learn(id: string): Promise<void> {
  if (asking.has(id) || isOver(id, over.peek())) return;
  asking.add(id);
  try {
    const detail = await ask<TrackDetail>(scoped(`v1/tracks/${encodeURIComponent(id)}`, true));
    details.value = new Map(details.peek()).set(id, detail);
    tellOver(id, false);
    if (chosenTrack.peek() === id) trackDetail.value = detail;
  } catch (error) {
    forget(id); // where it has ended, its alert may stay
    tellOver(id, error instanceof Refusal && error.status === NOT_FOUND);
  } finally {
    asking.delete(id);
  }
}

function tellOver(id: string, is: boolean): void {
  if (over.peek().has(id) === is) return;
  const those = new Set(over.peek());
  if (!those.delete(id)) those.add(id);
  over.value = those;
}

function forget(id: string): void {
  if (!details.peek().has(id)) return;
  const fewer = new Map(details.peek());
  fewer.delete(id);
  details.value = fewer;
  if (trackDetail.peek()?.track_id === id) trackDetail.value = null;
}
