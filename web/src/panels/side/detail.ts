/** What is known of the chosen track, asked anew as long as it is chosen. */

import { effect } from "@preact/signals";
import type { TrackDetail } from "../../model";
import { scoped } from "../../scope";
import { ask, Refusal } from "../../server";
import { chosenTrack, clock, link, trackDetail } from "../../state";

const EVERY_MS = 1000;

/** Asks while there is a link; gives what stops it. */
export function startDetail(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const trackId = chosenTrack.value;
    // A clock that was wound asks at once.
    void clock.value;
    clearTimeout(timer);
    if (trackDetail.peek()?.track_id !== trackId) trackDetail.value = null;
    if (trackId === null) return;
    const turn = async () => {
      if (link.peek() !== "lost") await learn(trackId);
      if (chosenTrack.peek() === trackId) timer = setTimeout(() => void turn(), EVERY_MS);
    };
    void turn();
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/** A track that is gone keeps what was known of it last; the panel says how old that is. */
async function learn(trackId: string): Promise<void> {
  try {
    const told = await ask<TrackDetail>(scoped(`v1/tracks/${encodeURIComponent(trackId)}`, true));
    if (chosenTrack.peek() === trackId) trackDetail.value = told;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
