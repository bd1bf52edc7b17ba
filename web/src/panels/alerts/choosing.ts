/** Which alert is chosen: what is done by a key is done about it. */

import { computed } from "@preact/signals";
import type { Alert } from "../../model";
import { alerts, chosenAlert, chosenTrack, ended } from "../../state";
import { sideIsOpen, sideTab } from "../parts/layout";

/** The chosen alert while it is open or ended lately. */
export const chosen = computed<Alert | null>(() => {
  const wanted = chosenAlert.value;
  const isWanted = (alert: Alert) => alert.alert_id === wanted;
  return alerts.value.find(isWanted) ?? ended.value.find(isWanted) ?? null;
});

/** The name of the button of an alert's card, to which the focus goes back. */
export function faceId(alertId: string): string {
  return `face-${alertId}`;
}

export function isOpen(alertId: string): boolean {
  return alerts.value.some((alert) => alert.alert_id === alertId);
}

/** Chooses an alert and what it is about. */
export function choose(alert: Alert): void {
  chosenAlert.value = alert.alert_id;
  const isOfIt = chosenTrack.value !== null && alert.track_ids.includes(chosenTrack.value);
  if (!isOfIt) chosenTrack.value = alert.track_ids[0] ?? null;
  sideTab.value = "why";
}

/** The same, and shows why. */
export function openWhy(alert: Alert): void {
  choose(alert);
  sideIsOpen.value = true;
}

/** The next alert of the list, or the one before; the loudest where none is chosen. */
export function step(by: 1 | -1): void {
  const list = alerts.value;
  const place = list.findIndex((alert) => alert.alert_id === chosenAlert.value);
  const next = place < 0 ? list[0] : list[(place + by + list.length) % list.length];
  if (next) choose(next);
}
