/** Numbers and times as people read them. */

import { language } from "../../state";
import { text } from "../../texts/texts";

/** "3:07", "1:02:09"; whole seconds, never below 0. */
export function minutes(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, rest] = [Math.floor(whole / 3600), whole % 3600];
  const [minutes, last] = [Math.floor(rest / 60), String(rest % 60).padStart(2, "0")];
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${last}` : `${minutes}:${last}`;
}

/** How long ago, as short as it stays true: "0.4 s", "12 s", "3 min", "2 h", "4 d". */
export function age(seconds: number): string {
  const old = Math.max(0, seconds);
  if (old < 10) return text("unit.s", { value: old.toFixed(1) });
  if (old < 120) return text("unit.s", { value: Math.round(old) });
  if (old < 7200) return text("unit.min", { value: Math.round(old / 60) });
  if (old < 172_800) return text("unit.h", { value: Math.round(old / 3600) });
  return text("unit.d", { value: Math.round(old / 86_400) });
}

export function percent(share: number): string {
  const whole = Math.round(share * 100);
  if (whole >= 100 && share < 1) return text("unit.percent", { value: ">99" });
  if (whole <= 0 && share > 0) return text("unit.percent", { value: "<1" });
  return text("unit.percent", { value: whole });
}

export function metres(length_m: number): string {
  return text("unit.m", { value: new Intl.NumberFormat(language.value).format(Math.round(length_m)) });
}

/** Metres below 2 km, else kilometres with a decimal. */
export function distance(length_m: number): string {
  if (length_m < 2000) return metres(length_m);
  return text("unit.km", { value: (length_m / 1000).toFixed(length_m < 100_000 ? 1 : 0) });
}

export function speed(speed_mps: number): string {
  return text("unit.speed", { kmh: Math.round(speed_mps * 3.6), mps: Math.round(speed_mps) });
}

const POINTS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"] as const;

/** "south-west (225°)". */
export function course(course_deg: number): string {
  const whole = ((Math.round(course_deg) % 360) + 360) % 360;
  const point = POINTS[Math.round(whole / 45) % 8] ?? "n";
  return text("unit.course", { point: text(`point.${point}`), degrees: String(whole).padStart(3, "0") });
}
