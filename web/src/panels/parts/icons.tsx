/** Small signs: level and class are told by shape, so that colour only repeats. Drawn, not typed: no font is needed. */

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

/** The shapes of the map's symbols, north up. */
const SHAPES: Readonly<Record<string, string>> = {
  delta_wing_drone: "M12 2 22 21 12 17 2 21Z",
  small_piston_fixed_wing: "M11 2h2v7l9 4v2l-9-2v5l3 2v2l-4-1-4 1v-2l3-2v-5l-9 2v-2l9-4Z",
  small_electric_fixed_wing: "M11 4h2v5h9v3h-9v5h4v3H7v-3h4v-5H2V9h9Z",
  multirotor:
    "M6 3a4 4 0 1 0 1 7.4L10.6 12 7 13.6A4 4 0 1 0 10 18l2-4.5 2 4.5a4 4 0 1 0 3-4.4L13.4 12 17 10.4A4 4 0 1 0 14 6l-2 4.5L10 6a4 4 0 0 0-4-3Z",
  balloon: "M12 2a7 8 0 0 0-2 15.5V20h4v-2.5A7 8 0 0 0 12 2Z",
  bird: "M2 7c5-2 8 0 10 4 2-4 5-6 10-4-5 0-7 4-8 9h-4c-1-5-3-9-8-9Z",
  light_aircraft: "M10.5 2h3v7H23v4h-9.5v5H17v3H7v-3h3.5v-5H1V9h9.5Z",
};

export function ClassSign({ name }: { name: string }) {
  const shape = SHAPES[name];
  return (
    <svg class="sign class" viewBox="0 0 24 24" aria-hidden="true">
      {shape ? <path d={shape} /> : <circle cx="12" cy="12" r="7" class="hollow" />}
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
