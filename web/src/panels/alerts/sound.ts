/** The alarm: made of two tones by the browser itself. Muting it is a choice of this visit, never of a filter. */

import { signal } from "@preact/signals";
import type { Level } from "../../model";

export const isMuted = signal(false);
/** A browser makes no sound before the page was touched. */
export const canSound = signal(true);

/** How often the two tones come, and how high [Hz]. */
const PATTERNS: Readonly<Record<Level, { times: number; tones: readonly [number, number] }>> = {
  watch: { times: 1, tones: [520, 520] },
  advisory: { times: 2, tones: [620, 520] },
  warning: { times: 4, tones: [880, 660] },
};
const TONE_S = 0.22;
const LOUD = 0.35;

let context: AudioContext | null = null;

/** To be called once the page was touched. */
export async function allowSound(): Promise<void> {
  context ??= newContext();
  await context?.resume().catch(() => undefined);
  canSound.value = context === null || context.state === "running";
}

function newContext(): AudioContext | null {
  return typeof AudioContext === "undefined" ? null : new AudioContext();
}

/** Sounds once as loud as the level is. */
export function sound(level: Level): void {
  if (isMuted.value) return;
  context ??= newContext();
  if (context === null) return;
  canSound.value = context.state === "running";
  if (!canSound.value) return;
  const { times, tones } = PATTERNS[level];
  for (let k = 0; k < times; k++) {
    tones.forEach((tone_hz, half) => {
      play(tone_hz, context?.currentTime ?? 0, (2 * k + half) * TONE_S);
    });
  }
}

/** A tone that swells and fades, so that it does not click. */
function play(tone_hz: number, now_s: number, after_s: number): void {
  if (context === null) return;
  const [oscillator, volume] = [context.createOscillator(), context.createGain()];
  oscillator.frequency.value = tone_hz;
  volume.gain.setValueAtTime(0, now_s + after_s);
  volume.gain.linearRampToValueAtTime(LOUD, now_s + after_s + 0.02);
  volume.gain.linearRampToValueAtTime(0, now_s + after_s + TONE_S);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(now_s + after_s);
  oscillator.stop(now_s + after_s + TONE_S);
}
