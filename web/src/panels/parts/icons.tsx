/** Small signs: level and class are told by shape, so that colour only repeats. Drawn, not typed: no font is needed. */

import { shapePath } from "../../map/symbol-shapes";
import type { Level } from "../../model";

/** Warning: triangle; advisory: diamond; watch: circle. All with what people know from roads. */
export function LevelSign({ level }: { level: Level }) {
  return (
    <svg class={`sign level-${level}`} viewBox="0 0 24 24" aria-hidden="true">
      {level === "warning" && <path d="M12 2 23 22H1Z" />}
      {level === "advisory" && <path d="M12 1 23 12 12 23 1 12Z" />}
      {level === "watch" && <circle cx="12" cy="12" r="11" />}
      <path class="cut" d={level === "watch" ? "M11 6h2v7h4v2h-6Z" : "M11 7h2v8h-2ZM11 17h2v2h-2Z"} />
    </svg>
  );
}

/** The symbol of a class, as the map draws it. */
export function ClassSign({ name }: { name: string }) {
  return (
    <svg class="sign class" viewBox="-1.1 -1.1 2.2 2.2" aria-hidden="true">
      <path d={shapePath(name)} />
    </svg>
  );
}

const STATES: Readonly<Record<string, string>> = {
  live: "M4 13l5 5L20 6l-2-2-9 10-3-3Z",
  waiting: "M5 11h3v3H5ZM11 11h3v3h-3ZM17 11h3v3h-3Z",
  stale: "M11 4h2v9h-2ZM11 16h2v3h-2Z",
  offline: "M5 3 12 10 19 3 21 5 14 12 21 19 19 21 12 14 5 21 3 19 10 12 3 5Z",
};

/** Of sensors: a tick, dots, an exclamation mark, a cross. */
export function StateSign({ state }: { state: string }) {
  return (
    <svg class={`sign state-${state}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={STATES[state] ?? STATES["waiting"] ?? ""} />
    </svg>
  );
}

/** Three lines: more is below. */
export function MenuSign() {
  return (
    <svg class="sign" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M3 5h18v2.5H3ZM3 11h18v2.5H3ZM3 17h18v2.5H3Z" />
    </svg>
  );
}
