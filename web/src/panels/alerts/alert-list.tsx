/** The list of alerts, the loudest first: the job of whoever sits here. */

import { useSignal } from "@preact/signals";
import type { Alert } from "../../model";
import { alerts, ended, link } from "../../state";
import { counted, named, text } from "../../texts/texts";
import { localTime, now_s } from "../parts/clock";
import { LevelSign } from "../parts/icons";
import { isPast } from "../parts/layout";
import { AlertCard } from "./alert-card";
import { objectWords, standing } from "./alert-words";
import { openWhy } from "./choosing";

export function AlertList() {
  const list = alerts.value;
  const waiting = isPast.value
    ? 0
    : list.filter((alert) => standing(alert, now_s.value) !== "acknowledged").length;
  return (
    <section class="alerts" aria-labelledby="alerts-title" data-testid="alerts">
      <h2 id="alerts-title" tabIndex={-1}>
        {counted("alerts.open", list.length)}
        {waiting > 0 && <strong class="waiting">{counted("alerts.waiting", waiting)}</strong>}
      </h2>
      {list.length === 0 && <Nothing />}
      <ol class="cards">
        {list.map((alert, place) => (
          <AlertCard key={alert.alert_id} alert={alert} isLoudest={place === 0} />
        ))}
      </ol>
      <Ended />
    </section>
  );
}

/** That nothing is warned of is only said where somebody is listened to. */
function Nothing() {
  const isSure = link.value === "open" || link.value === "late";
  return (
    <p class="nothing" data-testid="no-alerts">
      <strong>{text(isSure ? "alerts.none" : "alerts.not_known")}</strong>
      {isSure && <span>{text(isPast.value ? "alerts.none_then" : "alerts.none_more")}</span>}
    </p>
  );
}

function Ended() {
  const isShown = useSignal(false);
  const list = ended.value;
  if (list.length === 0) return null;
  return (
    <div class="ended">
      <button
        type="button"
        class="button quiet"
        aria-expanded={isShown.value}
        onClick={() => {
          isShown.value = !isShown.value;
        }}
      >
        {counted("alerts.ended", list.length)}
      </button>
      {isShown.value && <ol>{list.map(EndedAlert)}</ol>}
    </div>
  );
}

function EndedAlert(alert: Alert) {
  return (
    <li key={alert.alert_id}>
      <button
        type="button"
        class="face"
        onClick={() => openWhy(alert)}
        data-testid={`ended-${alert.alert_id}`}
      >
        <span class="heading">
          <LevelSign level={alert.level} /> {named("level", alert.level)} {alert.zone}
        </span>
        <span class="about">
          {text("alerts.ended_at", { time: localTime(alert.issued_s) })} {objectWords(alert)}
        </span>
      </button>
    </li>
  );
}
