/** The shift as plain text, for a mail or a log book. */

import type { Shift } from "../../model";
import { counted, named, plain, text } from "../../texts/texts";
import { objectWords, standingWords } from "../alerts/alert-words";
import { localDay, localTime } from "../parts/clock";

export function shiftText(shift: Shift): string {
  const open = shift.open.map(
    (alert) =>
      `- ${named("level", alert.level)} ${alert.zone} (${alert.alert_id}): ${objectWords(alert)}. ${standingWords(alert, shift.until_s)}`,
  );
  const broken = shift.broken.map((each) => `- ${each.name}: ${each.text}`);
  const happened = shift.happened.map(
    (each) =>
      `- ${localTime(each.time_s)} ${each.who} ${named("deed", each.what)} ${each.alert_id ?? ""}: ${plain(each.text)}`,
  );
  return [
    `${localDay(shift.since_s)} - ${localDay(shift.until_s)}`,
    counted("alerts.open", shift.open.length),
    ...open,
    text("shift.broken"),
    ...(broken.length > 0 ? broken : [`- ${text("shift.broken_none")}`]),
    text("shift.happened"),
    ...(happened.length > 0 ? happened : [`- ${text("shift.happened_none")}`]),
  ].join("\n");
}
