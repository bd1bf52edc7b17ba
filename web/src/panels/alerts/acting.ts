/** What an operator does about an alert, and what the server answered, kept by alert so that it is read where it was pressed. */

import { signal } from "@preact/signals";
import type { Done } from "../../model";
import { ask, Refusal } from "../../server";
import { operator } from "../../state";
import { text } from "../../texts/texts";
import { dialog, isPast } from "../parts/layout";

export type Deed =
  | "acknowledge"
  | "escalate"
  | "hand_over"
  | "cancel"
  | "confirm"
  | "mark"
  | "unmark"
  | "test";
export type MarkedAs = "bird" | "balloon" | "light_aircraft" | "known_flight";
export interface Wanted {
  note?: string;
  marked_as?: MarkedAs;
  holds_s?: number;
  to_unit?: string;
  message?: string;
  zone?: string;
}

export type Answer =
  | { deed: Deed; state: "asking" }
  | { deed: Deed; state: "done"; words: string; until_s: number | null }
  | { deed: Deed; state: "refused"; words: string; status: number };

/** The last answer about each alert; that of a test under "". */
export const answers = signal<ReadonlyMap<string, Answer>>(new Map());

/** What is done once the login that it waits for is through. */
let afterLogin: (() => void) | null = null;

/** Does what needs a login, after the login where there is none yet. */
export function loggedIn(then: () => void): void {
  if (operator.value !== null) then();
  else {
    afterLogin = then;
    dialog.value = { name: "login" };
  }
}

export function goOnAfterLogin(): void {
  const then = afterLogin;
  afterLogin = null;
  then?.();
}

export function forgetAfterLogin(): void {
  afterLogin = null;
}

/** Asks the server; whether it was done. What it refuses stands in `answers`, and is never thrown. */
export async function act(alertId: string, deed: Deed, wanted: Wanted = {}): Promise<boolean> {
  if (isPast.value) {
    tell(alertId, { deed, state: "refused", words: text("act.past"), status: 0 });
    return false;
  }
  tell(alertId, { deed, state: "asking" });
  try {
    const path = deed === "test" ? "v1/alerts/test" : `v1/alerts/${encodeURIComponent(alertId)}/${deed}`;
    const done = await ask<Done>(path, "POST", wanted);
    tell(alertId, { deed, state: "done", words: done.answer, until_s: done.until_s });
    return true;
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(String(error), 0);
    if (refusal.status === 401) operator.value = null;
    tell(alertId, { deed, state: "refused", words: refusal.message, status: refusal.status });
    return false;
  }
}

export function forgetAnswer(alertId: string): void {
  const rest = new Map(answers.value);
  rest.delete(alertId);
  answers.value = rest;
}

function tell(alertId: string, answer: Answer): void {
  answers.value = new Map(answers.value).set(alertId, answer);
}
