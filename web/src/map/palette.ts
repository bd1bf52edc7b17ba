/** The map's colours by theme. Colour only repeats what shapes, outlines and words say. */

export type Colour = readonly [number, number, number];

export interface Palette {
  sea: string;
  land: string;
  border: string;
  grid: string;
  ring: string;
  text: string;
  halo: string;
  zone: string;
  site: string;
  path: string;
  draft: string;
  coverage: string;
  dead: string;
  /** Outlines of symbols, and their labels. */
  ink: Colour;
  paper: Colour;
  /** Of watch, advisory and warning. */
  levels: readonly [string, string, string];
}

const DARK: Palette = {
  sea: "#0b1420",
  land: "#172230",
  border: "#3d4d60",
  grid: "#24364a",
  ring: "#7f9dbd",
  text: "#c8d4e0",
  halo: "#0b1420",
  zone: "#7fb2e5",
  site: "#b9a36b",
  path: "#f2f2f2",
  draft: "#ff8cf0",
  coverage: "#4fae8b",
  dead: "#ff6b5e",
  ink: [245, 248, 250],
  paper: [8, 14, 22],
  levels: ["#ffd84d", "#ff9a3c", "#ff4b3e"],
};

const LIGHT: Palette = {
  sea: "#dbe7f0",
  land: "#f6f4ee",
  border: "#9aa3ab",
  grid: "#c9d3da",
  ring: "#6d8396",
  text: "#1d2a36",
  halo: "#ffffff",
  zone: "#1f5f9e",
  site: "#7a6420",
  path: "#14202b",
  draft: "#a0189a",
  coverage: "#1c7a58",
  dead: "#b3261e",
  ink: [16, 24, 32],
  paper: [255, 255, 255],
  levels: ["#9a7400", "#c25a00", "#c4170c"],
};

const CONTRAST: Palette = {
  ...DARK,
  sea: "#000000",
  land: "#101010",
  border: "#ffffff",
  grid: "#555555",
  ring: "#bbbbbb",
  text: "#ffffff",
  halo: "#000000",
  zone: "#00e5ff",
  site: "#ffe066",
  path: "#ffffff",
  coverage: "#00ff9d",
  dead: "#ff5252",
  ink: [255, 255, 255],
  paper: [0, 0, 0],
  levels: ["#ffee00", "#ffa000", "#ff3030"],
};

export const PALETTES = { dark: DARK, light: LIGHT, contrast: CONTRAST } as const;

export function rgb(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Most of the ramp lies where small drones fly: [height above the site in m, colour]. */
export const HEIGHT_RAMP: readonly (readonly [number, Colour])[] = [
  [0, [255, 122, 89]],
  [100, [255, 190, 92]],
  [250, [240, 236, 120]],
  [500, [126, 217, 140]],
  [1000, [84, 190, 232]],
  [3000, [140, 140, 250]],
  [10_000, [214, 140, 240]],
];

/** The ramp, looked up in steps of 10 m up to 10 km, because 5,000 symbols ask five times a second. */
const STEP_M = 10;
const LAST = 1000;
const RAMP = new Uint32Array(
  Array.from({ length: LAST + 1 }, (_, step) => packed(rampColour(step * STEP_M))),
);

/** The colour of a height above the site, as the graphics card reads it. */
export function heightColour(height_m: number): number {
  const step = height_m / STEP_M;
  return RAMP[step > 0 ? Math.min(Math.round(step), LAST) : 0] ?? 0;
}

/** Red, green, blue and full opacity in the order of a little-endian machine's bytes, as all browsers are. */
export function packed([red = 0, green = 0, blue = 0]: readonly number[]): number {
  return (red | (green << 8) | (blue << 16) | (255 << 24)) >>> 0;
}

function rampColour(height_m: number): number[] {
  const above = HEIGHT_RAMP.findIndex(([height]) => height > height_m);
  const upper = HEIGHT_RAMP[above < 0 ? HEIGHT_RAMP.length - 1 : above]!;
  const lower = HEIGHT_RAMP[Math.max(0, (above < 0 ? HEIGHT_RAMP.length : above) - 1)]!;
  const share = upper[0] > lower[0] ? (height_m - lower[0]) / (upper[0] - lower[0]) : 1;
  return lower[1].map((from, channel) => Math.round(from + share * ((upper[1][channel] ?? 0) - from)));
}
