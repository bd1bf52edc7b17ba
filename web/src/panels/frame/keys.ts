/** Every action by a key: the table that help shows is the one that is obeyed. */

import { VIEWS } from "../../address";
import { mapCommands, stopDrawing, tool } from "../../map/commands";
import type { Alert } from "../../model";
import { chosenAlert, chosenTrack, follows, trouble, view } from "../../state";
import type { TextKey } from "../../texts/texts";
import { acknowledge, openDialog } from "../alerts/alert-actions";
import { chosen, faceId, isOpen, openWhy, step } from "../alerts/choosing";
import { showOnMap } from "../alerts/showing";
import { isMuted } from "../alerts/sound";
import { dialog, hasKeys, isPast, MAIN_ID, SIDE_ID, sideIsOpen } from "../parts/layout";
import { saveReport } from "../side/report";
import { skip, togglePlay } from "./replay-bar";
import { SEARCH_ID } from "./search-field";

interface Key {
  keys: readonly string[];
  words: TextKey;
  press: (key: string) => void;
}

/** About the chosen alert; the loudest is chosen first, so that no key acts on what was not seen. */
function onChosen(what: (alert: Alert) => void): () => void {
  return () => {
    const alert = chosen.value;
    if (alert === null) step(1);
    else what(alert);
  };
}

/** The same for what can only be done while an alert is open. */
function onOpen(what: (alert: Alert) => void): () => void {
  return onChosen((alert) => {
    if (isPast.value) return;
    if (isOpen(alert.alert_id)) what(alert);
    else step(1);
  });
}

export const KEYS: readonly Key[] = [
  { keys: ["j", "k"], words: "keys.step", press: (key) => step(key === "j" ? 1 : -1) },
  { keys: ["a"], words: "keys.acknowledge", press: onOpen(acknowledge) },
  { keys: ["w"], words: "keys.why", press: onChosen(why) },
  { keys: ["g"], words: "keys.show", press: onChosen(showOnMap) },
  { keys: ["e"], words: "keys.escalate", press: onOpen((alert) => openDialog("escalate", alert)) },
  { keys: ["m"], words: "keys.mark", press: onOpen((alert) => openDialog("mark", alert)) },
  { keys: ["c"], words: "keys.cancel", press: onOpen((alert) => openDialog("cancel", alert)) },
  { keys: ["p"], words: "keys.confirm", press: onOpen((alert) => openDialog("confirm", alert)) },
  { keys: ["r"], words: "keys.report", press: onChosen(report) },
  { keys: ["f"], words: "keys.follow", press: toggleFollow },
  { keys: ["d"], words: "keys.measure", press: toggleMeasure },
  { keys: ["/"], words: "keys.find", press: () => document.getElementById(SEARCH_ID)?.focus() },
  { keys: ["s"], words: "keys.sound", press: toggleSound },
  { keys: [" "], words: "keys.play", press: togglePlay },
  { keys: [",", "."], words: "keys.skip", press: (key) => skip(key === "," ? -10 : 10) },
  { keys: ["1", "2", "3", "4", "5", "6"], words: "keys.views", press: openView },
  { keys: ["?"], words: "keys.help", press: () => openView(String(VIEWS.length)) },
  { keys: ["Escape"], words: "keys.leave", press: leave },
];

function report(alert: Alert): void {
  saveReport(alert.alert_id).catch((error: unknown) => {
    trouble.value = error instanceof Error ? error.message : String(error);
  });
}

function toggleFollow(): void {
  if (chosenTrack.value !== null) follows.value = !follows.value;
}

/** Whoever measures by key sets its places by key. */
function toggleMeasure(): void {
  view.value = "map";
  tool.value = tool.value === "measure" ? "choose" : "measure";
  if (tool.value === "measure") mapCommands.value?.focus();
}

function toggleSound(): void {
  isMuted.value = !isMuted.value;
}

/** Whoever comes by a key goes on from there by Tab. */
function openView(key: string): void {
  const name = VIEWS[Number(key) - 1];
  if (name === undefined) return;
  view.value = name;
  focusOn(MAIN_ID);
}

function why(alert: Alert): void {
  openWhy(alert);
  focusOn(SIDE_ID);
}

/** From the inside out: the tool, the panel, the page. */
function leave(): void {
  if (tool.value !== "choose") stopDrawing();
  else if (sideIsOpen.value && (chosenAlert.value !== null || chosenTrack.value !== null)) {
    sideIsOpen.value = false;
    if (chosenAlert.value !== null) focusOn(faceId(chosenAlert.value));
  } else view.value = "map";
}

/** Once it is there, and before the next key: Preact renders in a microtask that was asked for before this one. */
function focusOn(id: string): void {
  queueMicrotask(() => document.getElementById(id)?.focus());
}

/** Whether what has the focus takes letters, or the key itself. */
function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input, textarea, select, [contenteditable]")) return true;
  return (key === " " || key === "Enter") && target.closest("button, summary, a") !== null;
}

/** Listens to the keyboard; gives what stops it. */
export function startKeys(): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (dialog.value !== null || isTaken(event.target, event.key)) return;
    if (!hasKeys.value && event.key !== "Escape") return;
    const found = KEYS.find(({ keys }) => keys.includes(event.key));
    if (!found) return;
    event.preventDefault();
    found.press(event.key);
  };
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}
