/** What time it is in what is shown: now, or the time of a recording; and how times are written. */

import { computed, effect, signal } from "@preact/signals";
import { bootstrap, clock, health, language } from "../../state";

const TICK_MS = 250;
/** A demo on a busy machine falls behind its own clock; the server's state says what time it really is. */
const MOST_APART_S = 2;

/** This machine's clock [ms], four times a second: all that counts down follows it. */
export const tick_ms = signal(Date.now());

/** The server's clock as it last told, and when by this machine's [ms]. */
const anchor = signal({ time_s: Date.now() / 1000, at_ms: Date.now(), rate: 1 });

/** The time of what is shown, UTC seconds. */
export const now_s = computed(() => {
  const { time_s, at_ms, rate } = anchor.value;
  return time_s + (Math.max(0, tick_ms.value - at_ms) / 1000) * rate;
});

/** Starts ticking; gives what stops it. */
export function startClock(): () => void {
  const timer = setInterval(() => {
    tick_ms.value = Date.now();
  }, TICK_MS);
  const stops = [effect(followClock), effect(followHealth)];
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}

function followClock(): void {
  const told = clock.value;
  if (told !== null) set(told.time_s, told.playing ? told.speed : 0);
}

function followHealth(): void {
  const told = health.value;
  const { rate } = anchor.peek();
  if (told === null || rate === 0) return;
  if (Math.abs(told.time_s - now_s.peek()) > MOST_APART_S * rate) set(told.time_s, rate);
}

function set(time_s: number, rate: number): void {
  const at_ms = Date.now();
  anchor.value = { time_s, at_ms, rate };
  tick_ms.value = at_ms;
}

/** The site's time zone where it has one, else the browser's. */
export const zone = computed(() => {
  const wanted = bootstrap.value?.site.time_zone ?? null;
  if (wanted !== null && isZone(wanted)) return { name: wanted, isOfSite: true };
  return { name: Intl.DateTimeFormat().resolvedOptions().timeZone, isOfSite: false };
});

function isZone(name: string): boolean {
  try {
    Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const forms = new Map<string, Intl.DateTimeFormat>();

function form(timeZone: string, withDay: boolean): Intl.DateTimeFormat {
  const key = `${language.value} ${timeZone} ${withDay}`;
  const known = forms.get(key);
  if (known) return known;
  const day: Intl.DateTimeFormatOptions = withDay ? { weekday: "short", day: "numeric", month: "short" } : {};
  const made = new Intl.DateTimeFormat(language.value, {
    ...day,
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  forms.set(key, made);
  return made;
}

/** "03:14:22", of the site. */
export function localTime(time_s: number): string {
  return form(zone.value.name, false).format(time_s * 1000);
}

/** "Sun 22 Nov, 03:14:22", of the site. */
export function localDay(time_s: number): string {
  return form(zone.value.name, true).format(time_s * 1000);
}

/** "Sun 22 Nov", of the site. */
export function localDate(time_s: number): string {
  const options = { timeZone: zone.value.name, weekday: "short", day: "numeric", month: "short" } as const;
  return new Intl.DateTimeFormat(language.value, options).format(time_s * 1000);
}

/** "18:14:22", which is the same the world over. */
export function utcTime(time_s: number): string {
  return form("UTC", false).format(time_s * 1000);
}

/** "Asia/Seoul" is "Seoul" to those who live there. */
export function zoneWord(): string {
  const name = zone.value.name;
  return (name.split("/").at(-1) ?? name).replaceAll("_", " ");
}
