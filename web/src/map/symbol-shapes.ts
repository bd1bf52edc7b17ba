/** The shape of a symbol by class: told apart without colour, at 16 pixels; forward is up. */

/** Corners of the right half, from the nose to the tail, in units of the symbol's radius; the left half mirrors it. */
const HALVES: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  // a delta with a notch
  delta_wing_drone: [
    [0, 1],
    [0.85, -0.8],
    [0, -0.4],
  ],
  // two straight wings, the large one in front
  small_piston_fixed_wing: [
    [0, 1],
    [0.2, 0.8],
    [0.2, 0.55],
    [1, 0.55],
    [1, 0.1],
    [0.2, 0.1],
    [0.15, -0.5],
    [0.6, -0.5],
    [0.6, -0.95],
    [0, -0.95],
  ],
  // a flying wing
  small_electric_fixed_wing: [
    [0, 0.75],
    [1, -0.25],
    [1, -0.7],
    [0, -0.05],
  ],
  // four rotors on arms
  multirotor: [
    [0, 0.24],
    [0.3, 0.5],
    [0.32, 0.82],
    [0.58, 1],
    [0.88, 0.88],
    [1, 0.58],
    [0.82, 0.32],
    [0.5, 0.3],
    [0.24, 0],
    [0.5, -0.3],
    [0.82, -0.32],
    [1, -0.58],
    [0.88, -0.88],
    [0.58, -1],
    [0.32, -0.82],
    [0.3, -0.5],
    [0, -0.24],
  ],
  // wings of a gull
  bird: [
    [0, 0.2],
    [0.45, 0.75],
    [1, 0.1],
    [0.5, 0.1],
    [0, -0.6],
  ],
  // swept wings and a tail
  light_aircraft: [
    [0.15, 1],
    [0.2, 0.3],
    [1, -0.2],
    [1, -0.5],
    [0.2, -0.25],
    [0.15, -0.65],
    [0.5, -0.85],
    [0.5, -1],
    [0, -0.9],
  ],
  // a square: no more is known
  unknown: [
    [0, 0.72],
    [0.72, 0.72],
    [0.72, -0.72],
    [0, -0.72],
  ],
};

export interface Shape {
  /** Corners, closed by itself; null: a circle. */
  corners: readonly (readonly [number, number])[] | null;
  /** Whether it points where the object flies. */
  turns: boolean;
}

export const CIRCLE: Shape = { corners: null, turns: false };
const STILL = new Set(["multirotor", "unknown", "balloon"]);

/** Shapes in the order in which the shader counts them; the last one is the circle. */
export const SHAPE_NAMES = [...Object.keys(HALVES), "balloon"];

export function shapeOf(name: string): Shape {
  if (name === "balloon") return CIRCLE;
  const half = HALVES[name] ?? HALVES["unknown"]!;
  const left = half
    .filter(([x]) => x > 0)
    .map(([x, y]) => [-x, y] as const)
    .reverse();
  return { corners: [...half, ...left], turns: !STILL.has(name) };
}

/** A class that this page has never heard of looks like an unknown object. */
export function shapeNumber(name: string): number {
  const number = SHAPE_NAMES.indexOf(name);
  return number < 0 ? SHAPE_NAMES.indexOf("unknown") : number;
}

/** The shape as an SVG path in a box of -1.1 to 1.1, for the panels' legend: the same corners as on the map. */
export function shapePath(name: string): string {
  const { corners } = shapeOf(name);
  if (corners === null) return "M-0.8,0a0.8,0.8 0 1,0 1.6,0a0.8,0.8 0 1,0 -1.6,0z";
  return `M${corners.map(([x, y]) => `${x},${-y}`).join("L")}z`;
}
