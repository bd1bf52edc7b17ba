/** What a newcomer is told next: decided by what is on the page, so that it is never about what is not there. */

export const STEPS = ["welcome", "waiting", "alert", "act", "why", "map", "more", "done"] as const;
export type Step = (typeof STEPS)[number];

export interface GuideState {
  isPast: boolean;
  /** Open alerts, and those of them that nobody acknowledged. */
  open: number;
  unanswered: number;
  hasActed: boolean;
  /** Steps that were read. */
  seen: ReadonlySet<Step>;
}

/** The first step that has something to point at and was neither read nor done. */
export function guideStep(state: GuideState): Step {
  return STEPS.find((step) => !state.seen.has(step) && isDue(step, state)) ?? "done";
}

function isDue(step: Step, state: GuideState): boolean {
  switch (step) {
    case "welcome":
    case "map":
    case "more":
      return step === "welcome" || state.seen.has("alert") || state.isPast;
    case "waiting":
      return state.open === 0;
    case "alert":
      return state.open > 0;
    case "why":
      return state.open > 0 && state.seen.has("alert");
    case "act":
      return !state.isPast && state.unanswered > 0 && !state.hasActed && state.seen.has("alert");
    case "done":
      return true;
  }
}
