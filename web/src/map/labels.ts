/** Labels of tracks: name and height above the site. All of a few, of many the alerted and the chosen; none on another. */

import type { Picture } from "../picture";
import type { View } from "./grid";
import type { Symbols } from "./symbols";

/** More would cover what they name, and each costs time. */
export const MOST_LABELS = 80;
export const OFFSET_PX: readonly [number, number] = [14, 4];
const LETTER_PX = 7;
const LINE_PX = 15;

export interface Label {
  text: string;
  position: [number, number];
}

/** Where a place of the Earth is on the map [pixels]. */
export type Project = (position: [number, number]) => { x: number; y: number };

/** Labels for what is drawn inside `view`; symbols stand in the order of their weight, the chosen last. */
export function labelsOf(
  symbols: Symbols,
  picture: Picture,
  view: View,
  project: Project,
  site_m: number,
): Label[] {
  const taken: Box[] = [];
  const labels: Label[] = [];
  for (const at of candidates(symbols, picture, view)) {
    const label = labelAt(symbols, picture, at, site_m);
    const box = boxOf(label, project);
    if (labels.length > 0 && taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    labels.push(label);
  }
  return labels;
}

/** From the heaviest on: all inside the view if they are few, else the chosen and the alerted. */
function candidates(symbols: Symbols, picture: Picture, view: View): number[] {
  const inside: number[] = [];
  let heavy = 0;
  for (let at = symbols.count - 1; at >= 0 && inside.length <= MOST_LABELS; at--) {
    const lon = symbols.position[3 * at] ?? 0;
    const lat = symbols.position[3 * at + 1] ?? 0;
    if (lon < view.west || lon > view.east || lat < view.south || lat > view.north) continue;
    if (isHeavy(symbols, picture, at)) heavy++;
    inside.push(at);
  }
  return inside.length > MOST_LABELS ? inside.slice(0, Math.min(heavy, MOST_LABELS)) : inside;
}

function isHeavy(symbols: Symbols, picture: Picture, at: number): boolean {
  return at === symbols.chosen || (picture.level[symbols.place[at] ?? 0] ?? 0) > 0;
}

function labelAt(symbols: Symbols, picture: Picture, at: number, site_m: number): Label {
  const place = symbols.place[at] ?? 0;
  const height_m = Math.round(((picture.position[3 * place + 2] ?? 0) - site_m) / 10) * 10;
  const climb = picture.velocity[3 * place + 2] ?? 0;
  const way = climb > 1 ? "↑" : climb < -1 ? "↓" : "";
  const speed = Math.hypot(picture.velocity[3 * place] ?? 0, picture.velocity[3 * place + 1] ?? 0);
  // An alerted or chosen one is worth a second line.
  const more = isHeavy(symbols, picture, at) ? `\n${Math.round(speed)} m/s` : "";
  return {
    text: `${picture.trackId(place)} ${height_m} m${way}${more}`,
    position: [symbols.position[3 * at] ?? 0, symbols.position[3 * at + 1] ?? 0],
  };
}

type Box = readonly [left: number, top: number, right: number, bottom: number];

function boxOf(label: Label, project: Project): Box {
  const { x, y } = project(label.position);
  const lines = label.text.split("\n");
  const width = LETTER_PX * Math.max(...lines.map((line) => line.length));
  const left = x + OFFSET_PX[0];
  const top = y + OFFSET_PX[1];
  return [left, top, left + width, top + LINE_PX * lines.length];
}

function overlap(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
