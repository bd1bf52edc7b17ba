/** An alert in the words of the chosen language, made from its figures: the server's sentence is English only. */

import type { Alert } from "../../model";
import { picture } from "../../picture";
import { bootstrap } from "../../state";
import { counted, named, text } from "../../texts/texts";
import { localTime } from "../parts/clock";
import { minutes, percent } from "../parts/units";
import { type Inside, insideOf } from "./inside";

const UNKNOWN = "unknown";

/** What comes: "small piston drone", "12 objects, delta-wing drone", "something that is not tracked yet". */
export function objectWords(alert: Alert): string {
  if (alert.is_test) return text("alert.test");
  if (alert.track_ids.length === 0) return text("alert.no_track");
  const kind = named("class", classOf(alert));
  const count = Math.max(alert.objects, alert.track_ids.length);
  return count > 1 ? counted("alert.group", count, { class: kind }) : kind;
}

/** The class that the alert names; where it names none, as in a recording, that of its object in the picture. */
export function classOf(alert: Alert): string {
  if (alert.object_class !== UNKNOWN) return alert.object_class;
  const places = alert.track_ids.map((trackId) => picture.place(trackId));
  const place = places.find((each) => each !== undefined);
  return place === undefined ? UNKNOWN : (bootstrap.peek()?.classes[picture.kind[place] ?? -1] ?? UNKNOWN);
}

export interface Countdown {
  /** "3:07", or "IN IT". */
  figure: string;
  /** What it counts: "until entry", "since it was due"; or since when it is there. */
  words: string;
  isOver: boolean;
  /** When it is expected; null once it is there. */
  at_s: number | null;
}

/** Until the predicted entry, or that it is there; null where none is predicted. */
export function countdown(alert: Alert, now_s: number): Countdown | null {
  const inside = insideOf(alert);
  if (inside !== null)
    return { figure: text("alert.inside"), words: insideWords(alert, inside), isOver: true, at_s: null };
  if (alert.predicted_entry_s === null) return null;
  const left_s = alert.predicted_entry_s - now_s;
  const isOver = left_s < 0;
  return {
    figure: `${isOver ? "+" : ""}${minutes(Math.abs(left_s))}`,
    words: text(isOver ? "alert.since_entry" : "alert.until_entry"),
    isOver,
    at_s: alert.predicted_entry_s,
  };
}

/** "in the zone since 03:14:22"; of a group with how many of them. */
function insideWords(alert: Alert, { objects, since_s, isSeen }: Inside): string {
  const isGroup = Math.max(alert.objects, alert.track_ids.length) > 1;
  const who = isGroup ? `${counted("alert.inside_group", objects)} ` : "";
  const since =
    since_s === null ? text("alert.inside_now") : text("alert.inside_since", { time: localTime(since_s) });
  return `${who}${since}${isSeen ? "" : `, ${text("alert.inside_unseen")}`}`;
}

export type Standing = "unanswered" | "overdue" | "open" | "acknowledged" | "not_told";

/** Whether somebody answers for it. */
export function standing(alert: Alert, now_s: number): Standing {
  if (alert.acknowledged_s !== null) return "acknowledged";
  if (alert.owner === "") return "not_told";
  if (alert.is_unanswered) return "unanswered";
  if (alert.acknowledge_by_s !== null && alert.acknowledge_by_s <= now_s) return "overdue";
  return "open";
}

/** Who answers for it, and until when somebody has to. */
export function standingWords(alert: Alert, now_s: number): string {
  const owner = alert.owner;
  switch (standing(alert, now_s)) {
    case "acknowledged":
      return text("alert.acknowledged", { owner });
    case "unanswered":
      return text("alert.unanswered", { owner });
    case "overdue":
      return text("alert.overdue", { owner });
    case "not_told":
      return text("alert.not_told");
    case "open":
      return openWords(alert, now_s);
  }
}

function openWords(alert: Alert, now_s: number): string {
  const { owner, next_unit, acknowledge_by_s } = alert;
  if (acknowledge_by_s === null) return text("alert.open", { owner });
  const left = minutes(acknowledge_by_s - now_s);
  if (next_unit === null) return text("alert.open_until", { owner, left });
  return text("alert.open_then", { owner, left, next: next_unit });
}

/** For those who hear it: "Warning for Village: small piston drone, 3:07 until it is there. Town answers for it." */
export function spoken(alert: Alert, now_s: number): string {
  const level = named("level", alert.level);
  const left = countdown(alert, now_s);
  const when = left === null ? text("alert.time_unknown") : `${left.figure} ${left.words}`;
  const what = text("alert.spoken", { level, zone: alert.zone, object: objectWords(alert), when });
  return alert.owner === "" ? what : `${what} ${text("alert.spoken_owner", { owner: alert.owner })}`;
}

export function likelyWords(alert: Alert): string | null {
  if (alert.entry_probability === null || alert.is_test) return null;
  return text("alert.likely", { share: percent(alert.entry_probability) });
}
