/** One alert: what, where, when, who answers, and what to press. The loudest is large enough to be read from two metres. */

import type { Alert } from "../../model";
import { chosenAlert } from "../../state";
import { named, text } from "../../texts/texts";
import { localTime, now_s } from "../parts/clock";
import { ClassSign, LevelSign } from "../parts/icons";
import { AlertActions } from "./alert-actions";
import { classOf, countdown, likelyWords, objectWords, standing, standingWords } from "./alert-words";
import { AnswerLine } from "./answer-line";
import { faceId, openWhy } from "./choosing";

export function AlertCard({ alert, isLoudest }: { alert: Alert; isLoudest: boolean }) {
  const isChosen = chosenAlert.value === alert.alert_id;
  const classes = ["card", `level-${alert.level}`, isLoudest && "loudest", isChosen && "chosen"];
  return (
    <li
      class={classes.filter(Boolean).join(" ")}
      aria-current={isChosen}
      data-testid={`alert-${alert.alert_id}`}
      data-level={alert.level}
    >
      <button type="button" class="face" id={faceId(alert.alert_id)} onClick={() => openWhy(alert)}>
        <Heading alert={alert} />
        <Left alert={alert} />
        <About alert={alert} />
      </button>
      <Answering alert={alert} />
      {(isChosen || isLoudest) && <AlertActions alert={alert} hasHints={isChosen} />}
      <AnswerLine alertId={alert.alert_id} />
    </li>
  );
}

function Heading({ alert }: { alert: Alert }) {
  return (
    <span class="heading">
      <span class="level">
        <LevelSign level={alert.level} />
        {named("level", alert.level)}
      </span>
      <span class="zone" data-testid="alert-zone">
        {alert.zone}
      </span>
    </span>
  );
}

function Left({ alert }: { alert: Alert }) {
  const left = countdown(alert, now_s.value);
  if (left === null) return <span class="left words">{text("alert.time_unknown")}</span>;
  return (
    <span class={["left", left.isOver && "over", left.at_s === null && "inside"].filter(Boolean).join(" ")}>
      <span class="figure" data-testid="alert-countdown">
        {left.figure}
      </span>
      <span class="words">
        {left.words}
        {left.at_s !== null && <span class="at">{text("alert.at", { time: localTime(left.at_s) })}</span>}
      </span>
    </span>
  );
}

function About({ alert }: { alert: Alert }) {
  const likely = likelyWords(alert);
  return (
    <span class="about">
      <span class="object" data-testid="alert-object">
        <ClassSign name={classOf(alert)} /> {objectWords(alert)}
      </span>
      {likely !== null && <span>{likely}</span>}
      {alert.is_from_before && <strong>{text("alert.from_before")}</strong>}
      {alert.marks.length > 0 && <em>{text("alert.marked")}</em>}
    </span>
  );
}

function Answering({ alert }: { alert: Alert }) {
  const how = standing(alert, now_s.value);
  return (
    <p class={`standing ${how}`} data-testid="alert-standing" data-standing={how}>
      {standingWords(alert, now_s.value)}
    </p>
  );
}
