/** Why an alert was sent: the sentence, the evidence by sensor and time, the rule, the tracks, the way of the news. */

import { useSignal, useSignalEffect } from "@preact/signals";
import type { AlertStory, Why } from "../../model";
import { canAsk, scoped } from "../../scope";
import { chosenAlert } from "../../state";
import { named, plain, text } from "../../texts/texts";
import { act, loggedIn } from "../alerts/acting";
import { objectWords } from "../alerts/alert-words";
import { chosen, isOpen } from "../alerts/choosing";
import { showOnMap } from "../alerts/showing";
import { localDay } from "../parts/clock";
import { Button, Trouble } from "../parts/controls";
import { LevelSign } from "../parts/icons";
import { isPast } from "../parts/layout";
import { useAsked } from "./asked";
import { EvidenceLanes } from "./evidence-lanes";
import { ReportButton } from "./report";
import { RuleFigures } from "./rule-figures";
import { StepsLine } from "./steps";
import { Story } from "./story";
import { TracksThen } from "./tracks-then";

/** What the story of the chosen alert tells changes with it. */
function whatIsDone(): string {
  const alert = chosen.value;
  if (alert === null) return "";
  const isOver = !isOpen(alert.alert_id);
  return JSON.stringify([
    alert.message,
    alert.acknowledged_s,
    alert.owner,
    alert.owned_since_s,
    alert.is_unanswered,
    alert.is_confirmed,
    alert.marks,
    isOver,
  ]);
}

export function WhyPanel() {
  const version = useSignal<number | null>(null);
  // A message that is chosen is one of this alert.
  useSignalEffect(() => {
    if (chosenAlert.value !== null) version.value = null;
  });
  const path = (rest: string) => {
    const alertId = chosenAlert.value;
    return alertId === null || !canAsk()
      ? null
      : scoped(`v1/alerts/${encodeURIComponent(alertId)}${rest}`, true);
  };
  const story = useAsked<AlertStory>(() => path(""), null, whatIsDone);
  const why = useAsked<Why>(
    () => path(version.value === null ? "/why" : `/why?version=${version.value}`),
    null,
    () => chosen.value?.message,
  );
  const answer = why.value.answer;
  return (
    <div class="why" data-testid="why-panel">
      <Head />
      <Trouble words={why.value.trouble} testId="why-trouble" />
      {answer === null ? why.value.trouble === null && <p>{text("asking")}</p> : <Evidence why={answer} />}
      {story.value.answer !== null && (
        <Story story={story.value.answer} shown={answer?.message.version ?? null} version={version} />
      )}
      {chosenAlert.value !== null && <ReportButton alertId={chosenAlert.value} />}
    </div>
  );
}

function Head() {
  const alert = chosen.value;
  if (alert === null) return <h3>{chosenAlert.value}</h3>;
  return (
    <div class={`why-head level-${alert.level}`}>
      <h3>
        <LevelSign level={alert.level} /> {named("level", alert.level)} {alert.zone}
      </h3>
      <p>
        {objectWords(alert)} <span class="small">{alert.alert_id}</span>
      </p>
      <Button onPress={() => showOnMap(alert)} hint="g" testId="show">
        {text("act.show")}
      </Button>
      {isOpen(alert.alert_id) && alert.marks.length > 0 && (
        <p>
          <span lang="en">{alert.marks.join(", ")}</span>{" "}
          {!isPast.value && (
            <Button onPress={() => loggedIn(() => void act(alert.alert_id, "unmark"))} testId="unmark">
              {text("act.undo")}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

function Evidence({ why }: { why: Why }) {
  const { message, steps } = why;
  if (why.is_test) return <p>{text("why.test")}</p>;
  return (
    <>
      <p class="small" data-testid="why-message">
        {text("why.message", { version: message.version, time: localDay(message.issued_s) })}
      </p>
      <blockquote lang="en">{plain(message.reason)}</blockquote>
      <EvidenceLanes
        sensors={why.sensors}
        until_s={steps.used_s ?? message.issued_s}
        isOfTracks={why.is_of_tracks}
      />
      <RuleFigures rule={why.rule} />
      <TracksThen tracks={why.tracks} />
      <StepsLine steps={steps} />
    </>
  );
}
