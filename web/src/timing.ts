/** What the page took of the main thread for each picture, the latest last [ms]: benchmarks read it. */

const KEPT = 600;

export const decoding_ms: number[] = [];
export const drawing_ms: number[] = [];

export function keep(into: number[], took_ms: number): void {
  into.push(took_ms);
  if (into.length > KEPT) into.shift();
}
