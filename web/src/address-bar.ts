/** Holds the page's state and the address together, both ways. */

import { batch, effect } from "@preact/signals";
import { camera, fromAddress, type Place, toAddress } from "./address";
import {
  chosenAlert,
  chosenTrack,
  clock,
  follows,
  hiddenClasses,
  highest_m,
  lowest_m,
  recording,
  search,
  shows,
  view,
} from "./state";

/** Browsers stop listening to pages that write the address at every movement. */
const WRITE_EVERY_MS = 300;

/** Where in which recording the address asked to start, and where to look; later both go on. */
let asked: Pick<Place, "recording" | "time_s" | "camera"> = { recording: null, time_s: null, camera: null };

export function askedTime_s(name: string | null): number | null {
  return asked.recording === null || asked.recording === name ? asked.time_s : null;
}

/** Whether the address said where the map shall look: then nothing else moves it. */
export function hasAskedPlace(): boolean {
  return asked.camera !== null;
}

/** Reads the address, then writes it whenever something was chosen; back and forward work. */
export function keepAddress(): void {
  read();
  window.addEventListener("hashchange", read);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let before = here();
  effect(() => {
    const place = here();
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      write(place, isStep(before, place));
      before = place;
    }, WRITE_EVERY_MS);
  });
}

function read(): void {
  const place = fromAddress(location.hash);
  asked = place;
  batch(() => {
    recording.value = place.recording;
    chosenAlert.value = place.alert;
    chosenTrack.value = place.track;
    follows.value = place.follows;
    view.value = place.view;
    search.value = place.search;
    hiddenClasses.value = new Set(place.hidden);
    lowest_m.value = place.lowest_m;
    highest_m.value = place.highest_m;
    shows.value = { ...place.shows };
    camera.value = place.camera;
  });
}

function here(): Place {
  const now = clock.value;
  return {
    recording: recording.value,
    // While a recording plays, the address would change without end.
    time_s: now && !now.playing ? now.time_s : null,
    alert: chosenAlert.value,
    track: chosenTrack.value,
    follows: follows.value,
    view: view.value,
    search: search.value,
    hidden: [...hiddenClasses.value],
    lowest_m: lowest_m.value,
    highest_m: highest_m.value,
    shows: shows.value,
    camera: camera.value,
  };
}

/** What `back` should undo; panning and typing are no steps. */
function isStep(before: Place, after: Place): boolean {
  return (
    before.recording !== after.recording ||
    before.view !== after.view ||
    before.alert !== after.alert ||
    before.track !== after.track
  );
}

function write(place: Place, step: boolean): void {
  const text = toAddress(place);
  if (`#${text}` === location.hash || (text === "" && location.hash === "")) return;
  const url = text === "" ? location.pathname + location.search : `#${text}`;
  if (step) history.pushState(null, "", url);
  else history.replaceState(null, "", url);
}
