/** Labels of tracks: name, height above the site, speed. All of a few, and of many the alerted and the chosen. */

import type { Picture } from "../picture";
import type { View } from "./grid";
import type { Symbols } from "./symbols";

/** More would cover what they name, and each costs time. */
export const MOST_LABELS = 80;

export interface Label {
  text: string;
  position: [number, number];
}

/** Labels for what is drawn inside `box`; symbols stand in the order of their weight, the chosen last. */
export function labelsOf(symbols: Symbols, picture: Picture, box: View, site_m: number): Label[] {
  const inside: number[] = [];
  let heavy = 0;
  for (let at = symbols.count - 1; at >= 0; at--) {
    const lon = symbols.position[3 * at] ?? 0;
    const lat = symbols.position[3 * at + 1] ?? 0;
    if (lon < box.west || lon > box.east || lat < box.south || lat > box.north) continue;
    const place = symbols.place[at] ?? 0;
    if (at === symbols.count - 1 || (picture.level[place] ?? 0) > 0) heavy++;
    if (inside.push(at) > MOST_LABELS) break;
  }
  const shown = inside.length > MOST_LABELS ? inside.slice(0, Math.min(heavy, MOST_LABELS)) : inside;
  return shown.map((at) => label(symbols, picture, at, site_m));
}

function label(symbols: Symbols, picture: Picture, at: number, site_m: number): Label {
  const place = symbols.place[at] ?? 0;
  const height_m = Math.round(((picture.position[3 * place + 2] ?? 0) - site_m) / 10) * 10;
  // An alerted or chosen one is worth a second line.
  const speed = Math.hypot(picture.velocity[3 * place] ?? 0, picture.velocity[3 * place + 1] ?? 0);
  const climb = picture.velocity[3 * place + 2] ?? 0;
  const way = climb > 1 ? "↑" : climb < -1 ? "↓" : "";
  const isHeavy = (picture.level[place] ?? 0) > 0 || at === symbols.count - 1;
  const more = isHeavy ? `\n${Math.round(speed)} m/s` : "";
  return {
    text: `${picture.trackId(place)} ${height_m} m${way}${more}`,
    position: [symbols.position[3 * at] ?? 0, symbols.position[3 * at + 1] ?? 0],
  };
}
