/** What each kind of evidence says of the likeliest classes of an object, as shares that can be drawn. */

import type { ClassSaid } from "../../model";

const MOST_CLASSES = 3;
/** Of these the exponential is a probability; of all others only how much better one class fits than another. */
const PROBABILITIES: readonly string[] = ["prior", "together"];

export interface SaidRow {
  evidence: string;
  sensor: string | null;
  /** Of each class that is shown, 0 to 1: the probability, or against the class that fits best of all. */
  shares: number[];
  isProbability: boolean;
  /** The class that fits best, and whether there is one that clearly does. */
  best: string;
  tells: boolean;
}

/** The likeliest classes, and what each kind of evidence says of them, in the server's order. */
export function saidRows(said: readonly ClassSaid[]): { classes: string[]; rows: SaidRow[] } {
  const together = said.find(({ evidence }) => evidence === "together")?.log_likelihood ?? {};
  const classes = byLikelihood(together).slice(0, MOST_CLASSES);
  return { classes, rows: said.map((each) => saidRow(each, classes)) };
}

/** Less of a difference than this, between the best and the worst of those shown, says nothing. */
const LEAST_DIFFERENCE = 0.05;

function saidRow({ evidence, sensor, log_likelihood }: ClassSaid, classes: readonly string[]): SaidRow {
  const best = byLikelihood(log_likelihood)[0] ?? "unknown";
  const isProbability = PROBABILITIES.includes(evidence);
  const most = isProbability ? 0 : (log_likelihood[best] ?? 0);
  const shares = classes.map((name) => Math.exp((log_likelihood[name] ?? Number.NEGATIVE_INFINITY) - most));
  const tells = Math.max(...shares) - Math.min(...shares) > LEAST_DIFFERENCE;
  return { evidence, sensor, shares, isProbability, best, tells };
}

function byLikelihood(log: Readonly<Record<string, number>>): string[] {
  return Object.keys(log).sort((one, other) => (log[other] ?? 0) - (log[one] ?? 0));
}
