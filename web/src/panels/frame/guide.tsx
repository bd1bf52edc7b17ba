/** One line that tells a newcomer what to do now, by what is on the page; shown until it was walked through once. */

import { computed, signal } from "@preact/signals";
import { alerts, bootstrap } from "../../state";
import { text } from "../../texts/texts";
import { answers } from "../alerts/acting";
import { Button } from "../parts/controls";
import { isPast } from "../parts/layout";
import { recall, remember } from "../parts/stored";
import { type GuideState, guideStep, STEPS, type Step } from "./guide-steps";

const isOff = signal(recall("guide") === "done");
const seen = signal<ReadonlySet<Step>>(new Set());

const state = computed<GuideState>(() => ({
  isPast: isPast.value,
  open: alerts.value.length,
  unanswered: alerts.value.filter((alert) => alert.acknowledged_s === null).length,
  hasActed: [...answers.value.values()].some((answer) => answer.state === "done"),
  seen: seen.value,
}));

export function restartGuide(): void {
  isOff.value = false;
  seen.value = new Set();
}

function leave(): void {
  isOff.value = true;
  remember("guide", "done");
}

function next(step: Step): void {
  if (step === "done") leave();
  else seen.value = new Set(seen.value).add(step);
}

export function Guide() {
  if (isOff.value) return null;
  const step = guideStep(state.value);
  const demo = bootstrap.value?.demo ?? null;
  return (
    <aside class="guide" aria-label={text("guide.label")} data-testid="guide" data-step={step}>
      <p>
        {demo !== null && !isPast.value && step === STEPS[0] && (
          <strong>{text("guide.demo", { scenario: demo.scenario })} </strong>
        )}
        {text(`guide.${step}`)}
      </p>
      <div class="actions">
        <Button kind="primary" onPress={() => next(step)} testId="guide-next">
          {text(step === "done" ? "guide.end" : "guide.next")}
        </Button>
        <Button kind="quiet" onPress={leave} testId="guide-leave">
          {text("guide.leave")}
        </Button>
      </div>
    </aside>
  );
}
