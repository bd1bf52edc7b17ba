/** The report of a sensor, read out of what the server sends: what lacks or is of another kind is left out. */

import type { Sensor } from "../../model";
import { text } from "../../texts/texts";

/** The worst first: who is silent matters, who is well does not. */
const ORDER: readonly string[] = ["offline", "stale", "waiting", "live"];

export function worstFirst(sensors: readonly Sensor[]): Sensor[] {
  const place = (sensor: Sensor) =>
    ORDER.includes(sensor.state) ? ORDER.indexOf(sensor.state) : ORDER.length;
  return [...sensors].sort((one, other) => place(one) - place(other) || one.name.localeCompare(other.name));
}

export function number(sensor: Sensor, key: string): number | null {
  const value = sensor[key];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function words(sensor: Sensor, key: string): string {
  const value = sensor[key];
  return typeof value === "string" ? value : "";
}

/** Since its last byte [s], or its last message where bytes are not counted; null: nothing came yet. */
export function silent_s(sensor: Sensor, now_s: number): number | null {
  const last_ns = number(sensor, "last_byte_ns") ?? number(sensor, "last_message_ns");
  return last_ns === null ? null : now_s - last_ns / 1e9;
}

/** What of it was not read, used or kept, by reason, the most frequent first. */
export function losses(sensor: Sensor): [string, number][] {
  const counts = new Map<string, number>();
  for (const key of ["decode_errors", "refused", "dropped"]) {
    for (const [reason, count] of numbers(sensor[key])) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return [...counts].sort(([, one], [, other]) => other - one);
}

/** What is known to be off and is taken off. */
export function biases(sensor: Sensor): string[] {
  return numbers(sensor["bias"]).map(([name, value]) => {
    const [what, unit] = [name.slice(0, name.lastIndexOf("_")), name.slice(name.lastIndexOf("_") + 1)];
    const isAngle = unit === "rad";
    const figure = isAngle ? (value * 180) / Math.PI : value;
    const sign = figure < 0 ? "−" : "+";
    return `${what.replaceAll("_", " ")} ${sign}${Math.abs(figure).toFixed(isAngle ? 2 : 1)} ${isAngle ? "°" : unit}`;
  });
}

/** Whether its errors are as large as it says: 1 is right. */
export function honesty(sensor: Sensor): string | null {
  const nis = number(sensor, "nis");
  if (nis === null) return null;
  const key = nis > 2 ? "sensor.nis_high" : nis < 0.5 ? "sensor.nis_low" : "sensor.nis_right";
  return text(key, { value: nis.toFixed(1) });
}

function numbers(value: unknown): [string, number][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === "number");
}
