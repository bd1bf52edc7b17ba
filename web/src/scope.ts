/** Questions about the past name the recording, and the time where it matters. */

import { clock, recording } from "./state";

/** `path`, meant for what is watched: the running service, or the recording, at its time if `atItsTime`. */
export function scoped(path: string, atItsTime = false): string {
  const name = recording.peek();
  if (name === null) return path;
  const query = new URLSearchParams({ recording: name });
  const now = clock.peek();
  if (atItsTime && now) query.set("time_s", String(now.time_s));
  return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}
