/** Starts the page, and starts it anew when it is told who is there, or watches another recording. */

import { batch, computed, effect, untracked } from "@preact/signals";
import { askedTime_s, keepAddress } from "./address-bar";
import { keepDetails } from "./details";
import { keepGeography } from "./geography";
import type { Bootstrap } from "./model";
import { scoped } from "./scope";
import { ask, Refusal } from "./server";
import { bootstrap, link, operator, recording, trouble } from "./state";
import { close, open } from "./stream";

const TRY_AGAIN_MS = 3000;

export function start(): void {
  keepAddress();
  keepGeography();
  keepDetails();
  effect(() => {
    const name = recording.value;
    bootstrap.value = null;
    void firstQuestion(name);
  });
  // By name: the same operator told again is no other one.
  const who = computed(() => operator.value?.name ?? null);
  effect(() => {
    const told = bootstrap.value;
    const isLocked = told === null || (told.login_required && who.value === null);
    // What opening writes is no reason to open again.
    untracked(() => {
      const name = recording.peek();
      if (isLocked) close();
      else open(name, askedTime_s(name), mayConnect);
    });
  });
}

/** Asks until the server answers. */
async function firstQuestion(name: string | null): Promise<void> {
  const answered = await learn(name);
  if (!answered && name === recording.peek()) setTimeout(() => void firstQuestion(name), TRY_AGAIN_MS);
}

async function learn(name: string | null): Promise<boolean> {
  try {
    const told = await ask<Bootstrap>(scoped("v1/console"));
    if (name !== recording.peek()) return true;
    const newest = told.recordings[0];
    if (told.mode === "recording" && name === null && newest !== undefined) recording.value = newest;
    else
      batch(() => {
        operator.value = told.operator;
        bootstrap.value = told;
      });
    return true;
  } catch (error) {
    return refused(error);
  }
}

/** A recording that is not there is left; a server that is away is asked again. */
function refused(error: unknown): boolean {
  if (!(error instanceof Refusal) || error.status === 0 || error.status >= 500) {
    link.value = "lost";
    return false;
  }
  trouble.value = error.message;
  if (recording.peek() === null) return false;
  recording.value = null;
  return true;
}

/** Before the link is tried again: a new version brings a new page, an ended session asks for a login. */
async function mayConnect(): Promise<boolean> {
  const before = bootstrap.peek();
  try {
    const told = await ask<Bootstrap>(scoped("v1/console"));
    if (before && told.version !== before.version) location.reload();
    operator.value = told.operator;
    return !told.login_required || told.operator !== null;
  } catch {
    return false;
  }
}
