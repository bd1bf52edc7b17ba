/** What is asked of the server for a panel: anew when the question or what it is about changes, and now and then. */

import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, Refusal } from "../../server";

export interface Asked<Answer> {
  answer: Answer | null;
  trouble: string | null;
}

const NOTHING = { answer: null, trouble: null } as const;

/** The answer to `path()`; nothing is asked where it is null. An answer that came too late is dropped.
Asked anew, with the old answer standing until then, when `about()` gives something else. */
export function useAsked<Answer>(
  path: () => string | null,
  everyMs: number | null,
  about: () => unknown = () => null,
): ReadonlySignal<Asked<Answer>> {
  const asked = useSignal<Asked<Answer> & { path: string | null }>({
    path: null,
    answer: null,
    trouble: null,
  });
  const again = useSignal(0);
  const wanted = useComputed(path);
  const state = useComputed(about);
  useSignalEffect(() => {
    const [now] = [wanted.value, again.value, state.value];
    if (asked.peek().path !== now) asked.value = { path: now, answer: null, trouble: null };
    if (now === null) return;
    let isLate = false;
    ask<Answer>(now).then(
      (answer) => {
        if (!isLate) asked.value = { path: now, answer, trouble: null };
      },
      (error: unknown) => {
        const trouble = error instanceof Refusal ? error.message : String(error);
        if (!isLate) asked.value = { ...asked.peek(), trouble };
      },
    );
    return () => {
      isLate = true;
    };
  });
  useEffect(() => {
    if (everyMs === null) return;
    const timer = setInterval(() => {
      again.value += 1;
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  // Effects come after drawing: what was asked of another thing is never drawn as if it were of this one.
  return useComputed(() => (asked.value.path === wanted.value ? asked.value : NOTHING));
}
