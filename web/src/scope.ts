/** Questions about the past name the recording, and the time where it matters. */

import { bootstrap, clock, recording } from "./state";

/** Whether the server can tell what is watched: in the past its clock says of which time. */
export function canAsk(): boolean {
  const told = bootstrap.value;
  if (told === null || clock.value === null) return false;
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
