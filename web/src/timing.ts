/** What the page took of the main thread for each picture, the latest last [ms]: benchmarks read it. */

const KEPT = 600;

export const decoding_ms: number[] = [];
export const drawing_ms: number[] = [];

/** Runs something and keeps how long it took. */
export function timed(into: number[], run: () => void): void {
  const began = performance.now();
  run();
  into.push(performance.now() - began);
  if (into.length > KEPT) into.shift();
}
