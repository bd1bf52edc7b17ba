/** What is open on this screen; none of it is worth an address. */

import { computed, signal } from "@preact/signals";
import { bootstrap, clock, operator, recording } from "../../state";

export type SideTab = "why" | "object";
export const sideTab = signal<SideTab>("why");
/** Whether there is room for three columns. */
export function isWide(): boolean {
  return matchMedia("(min-width: 64rem)").matches;
}
/** The panel beside the map; on a phone it covers the page and is opened by hand. */
export const sideIsOpen = signal(isWide());

/** What a key brings the focus to. */
export const MAIN_ID = "main";
export const SIDE_ID = "side";

/** The dialog that is open, one at a time. */
export type Dialog =
  | { name: "login" }
  | { name: "cancel" | "mark" | "escalate" | "confirm"; alertId: string }
  | { name: "test" };
export const dialog = signal<Dialog | null>(null);

/** What is shown is over: nothing can be done about it. */
export const isPast = computed(() => recording.value !== null || bootstrap.value?.mode === "recording");
/** Its clock can be stopped and sped up: that of a recording, and of a simulated night. */
export const canSteer = computed(() => isPast.value || bootstrap.value?.mode === "demo");
/** A simulated night that has come to its end; its recording can be watched. */
export const isNightOver = computed(() => {
  const now = clock.value;
  const isNight = bootstrap.value?.mode === "demo" && !isPast.value;
  return isNight && now !== null && now.end_s !== null && !now.playing && now.time_s >= now.end_s - 1;
});
/** Whether recordings are offered while now is watched. */
export const offersPast = signal(false);
export const isLoggedIn = computed(() => operator.value !== null);
/** Everything but the login needs a login here. */
export const isLocked = computed(() => (bootstrap.value?.login_required ?? false) && !isLoggedIn.value);

/** Keys of one letter can be switched off, for those who speak to their machine. */
export const hasKeys = signal(true);
