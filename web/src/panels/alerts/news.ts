/** What is new among alerts, for ears: compared with what was told before. */

import type { Alert } from "../../model";
import { LEVELS } from "../../model";

export type NewsKind = "new" | "raised" | "lowered" | "ended" | "acknowledged" | "unanswered";
export interface News {
  kind: NewsKind;
  alert: Alert;
}

export function loudness(alert: Alert): number {
  return LEVELS.indexOf(alert.level);
}

/** What changed, the loudest first. */
export function newsOf(before: readonly Alert[], now: readonly Alert[], ended: readonly Alert[]): News[] {
  const known = new Map(before.map((alert) => [alert.alert_id, alert]));
  const found: News[] = [];
  for (const alert of now) {
    const kind = changed(known.get(alert.alert_id), alert);
    if (kind !== null) found.push({ kind, alert });
    known.delete(alert.alert_id);
  }
  for (const [alertId, last] of known) {
    const alert = ended.find((each) => each.alert_id === alertId) ?? last;
    found.push({ kind: "ended", alert });
  }
  return found.sort((one, other) => loudness(other.alert) - loudness(one.alert));
}

function changed(before: Alert | undefined, now: Alert): NewsKind | null {
  if (before === undefined) return "new";
  if (loudness(now) > loudness(before)) return "raised";
  if (loudness(now) < loudness(before)) return "lowered";
  if (now.is_unanswered && !before.is_unanswered) return "unanswered";
  if (now.acknowledged_s !== null && before.acknowledged_s === null) return "acknowledged";
  return null;
}

/** Whether it shall be heard by everyone in the room. */
export function isLoud(news: News): boolean {
  return news.kind === "new" || news.kind === "raised" || news.kind === "unanswered";
}
