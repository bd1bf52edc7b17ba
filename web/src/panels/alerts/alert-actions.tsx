/** What can be done about an alert, the likeliest first. */

import type { Alert } from "../../model";
import { bootstrap } from "../../state";
import { text } from "../../texts/texts";
import { Button } from "../parts/controls";
import { dialog, isPast } from "../parts/layout";
import { act, answers, loggedIn } from "./acting";
import { faceId, isOpen, openWhy } from "./choosing";

export function acknowledge(alert: Alert): void {
  if (alert.acknowledged_s !== null) return;
  loggedIn(() => void act(alert.alert_id, "acknowledge").then(() => keepFocus(alert)));
}

/** A button that is gone once it was pressed gives the focus to its card. */
function keepFocus(alert: Alert): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.getElementById(faceId(alert.alert_id))?.focus();
  });
}

export function openDialog(name: "escalate" | "cancel" | "mark" | "confirm", alert: Alert): void {
  loggedIn(() => {
    dialog.value = { name, alertId: alert.alert_id };
  });
}

/** Only a site that is set to Actual tells the public, and only what an operator confirmed. */
function canConfirm(alert: Alert): boolean {
  return bootstrap.value?.site.status === "Actual" && !alert.is_confirmed && !alert.is_test;
}

export function AlertActions({ alert, hasHints }: { alert: Alert; hasHints: boolean }) {
  const hint = (key: string) => (hasHints ? key : undefined);
  const isAsking = answers.value.get(alert.alert_id)?.state === "asking";
  const why = (
    <Button onPress={() => openWhy(alert)} hint={hint("w")} testId="why">
      {text("act.why")}
    </Button>
  );
  if (isPast.value || !isOpen(alert.alert_id)) return <div class="actions">{why}</div>;
  return (
    <div class="actions">
      {alert.acknowledged_s === null && (
        <Button
          onPress={() => acknowledge(alert)}
          hint={hint("a")}
          kind="primary"
          disabled={isAsking}
          testId="acknowledge"
        >
          {text("act.acknowledge")}
        </Button>
      )}
      {canConfirm(alert) && (
        <Button onPress={() => openDialog("confirm", alert)} hint={hint("p")} kind="primary" testId="confirm">
          {text("act.confirm")}
        </Button>
      )}
      {why}
      <Button onPress={() => openDialog("escalate", alert)} hint={hint("e")} testId="escalate">
        {text("act.escalate")}
      </Button>
      {alert.track_ids.length > 0 && (
        <Button onPress={() => openDialog("mark", alert)} hint={hint("m")} testId="mark">
          {text("act.mark")}
        </Button>
      )}
      <Button onPress={() => openDialog("cancel", alert)} hint={hint("c")} kind="danger" testId="cancel">
        {text("act.cancel")}
      </Button>
    </div>
  );
}
