/** Questions about the past name the recording, and the time where it matters. */

import { batch } from "@preact/signals";
import { bootstrap, chosenAlert, chosenTrack, clock, follows, recording, shownOf } from "./state";

/** Watches a recording, or now; what was chosen in another is not there. */
export function watch(name: string | null): void {
  batch(() => {
    recording.value = name;
    chosenAlert.value = chosenTrack.value = null;
    follows.value = false;
  });
}

/** Whether the server can tell what is watched: in the past its clock says of which time. */
export function canAsk(): boolean {
  const told = bootstrap.value;
  if (told === null || clock.value === null || shownOf.value !== recording.value) return false;
  return told.mode !== "recording" || recording.value !== null;
}

/** `path`, meant for what is watched: the running service, or the recording, at its time if `atItsTime`. */
export function scoped(path: string, atItsTime = false): string {
  const name = recording.peek();
  if (name === null) return path;
  const query = new URLSearchParams({ recording: name });
  const now = clock.peek();
  if (atItsTime && now) query.set("time_s", String(now.time_s));
  return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}
