/** How long the news took: from the sensor to the message. */

import type { Steps } from "../../model";
import { type TextKey, text } from "../../texts/texts";
import { localTime } from "../parts/clock";

const NAMED: readonly (readonly ["received_s" | "tracked_s" | "decided_s", TextKey])[] = [
  ["received_s", "steps.received"],
  ["tracked_s", "steps.tracked"],
  ["decided_s", "steps.decided"],
];

export function StepsLine({ steps }: { steps: Steps }) {
  const { measured_s } = steps;
  if (measured_s === null) return <p>{text("steps.none")}</p>;
  const after = NAMED.flatMap(([key, words]) => {
    const time_s = steps[key];
    return time_s === null ? [] : [text(words, { after: (time_s - measured_s).toFixed(1) })];
  });
  return (
    <p class="small" data-testid="steps">
      {text("steps.measured", { time: localTime(measured_s) })} {after.join(", ")}
    </p>
  );
}
