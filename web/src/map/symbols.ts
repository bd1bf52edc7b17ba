/** From the picture's columns to those that the graphics card draws: what is filtered is left out, what is alerted comes last, on top. */

import { type Filter, isShown } from "../filter";
import { COOPERATIVE, LOST, type Picture } from "../picture";
import { heightColour, type Palette, packed, rgb } from "./palette";
import { CHOSEN, DASHED, DOTTED, HOLLOW, REACH, RINGED_REACH } from "./symbol-layer";
import { shapeNumber, shapeOf } from "./symbol-shapes";

/** Less sure than this, of being there and of its class, an outline is dashed. */
const SURE = 0.7;
const RADIUS_PX = 8;
/** Slower than this, a course means nothing. */
const SLOW_MPS = 0.5;

export class Symbols {
  count = 0;
  /** Which of the drawn tracks is the chosen one, or -1. */
  chosen = -1;
  /** Where each drawn track stands in the picture's columns. */
  place = new Uint32Array(0);
  position = new Float64Array(0);
  radius = new Float32Array(0);
  /** Colours, four bytes each. */
  fill = new Uint32Array(0);
  ring = new Uint32Array(0);
  mark = new Float32Array(0);
  private shapes: number[] = [];
  private turns: boolean[] = [];
  private rings: number[] = [];

  setClasses(names: readonly string[]): void {
    this.shapes = names.map(shapeNumber);
    this.turns = names.map((name) => shapeOf(name).turns);
  }

  setPalette(palette: Palette): void {
    this.rings = [0, ...palette.levels.map((level) => packed(rgb(level)))];
  }

  /** Takes over a picture; `chosen` is a place of it, or -1. */
  fillFrom(picture: Picture, filter: Filter, site_m: number, chosen: number): void {
    if (this.place.length < picture.count) this.grow(picture.number.length);
    this.count = 0;
    for (let place = 0; place < picture.count; place++) {
      if (picture.level[place] === 0 && place !== chosen && isShown(picture, place, filter, site_m)) {
        this.put(picture, place, site_m, false);
      }
    }
    for (let place = 0; place < picture.count; place++) {
      if (picture.level[place] !== 0 && place !== chosen) this.put(picture, place, site_m, false);
    }
    this.chosen = chosen >= 0 && chosen < picture.count ? this.count : -1;
    if (this.chosen >= 0) this.put(picture, chosen, site_m, true);
  }

  private put(picture: Picture, place: number, site_m: number, chosen: boolean): void {
    const at = this.count++;
    const kind = Math.min(picture.kind[place] ?? 0, this.shapes.length - 1);
    const east = picture.velocity[3 * place] ?? 0;
    const north = picture.velocity[3 * place + 1] ?? 0;
    const moves = Math.abs(east) + Math.abs(north) > SLOW_MPS && this.turns[kind];
    const level = picture.level[place] ?? 0;
    this.place[at] = place;
    this.position[3 * at] = picture.position[3 * place] ?? 0;
    this.position[3 * at + 1] = picture.position[3 * place + 1] ?? 0;
    this.radius[at] = level > 0 || chosen ? RINGED_REACH * (RADIUS_PX + 1) : REACH * RADIUS_PX;
    this.mark[4 * at] = this.shapes[kind] ?? 0;
    this.mark[4 * at + 1] = moves ? Math.atan2(east, north) : 0;
    this.mark[4 * at + 2] = style(picture, place) | (chosen ? CHOSEN : 0);
    this.mark[4 * at + 3] = level;
    this.fill[at] = heightColour((picture.position[3 * place + 2] ?? 0) - site_m);
    this.ring[at] = this.rings[level] ?? 0;
  }

  private grow(capacity: number): void {
    this.place = new Uint32Array(capacity);
    this.position = new Float64Array(3 * capacity);
    this.radius = new Float32Array(capacity);
    this.fill = new Uint32Array(capacity);
    this.ring = new Uint32Array(capacity);
    this.mark = new Float32Array(4 * capacity);
  }
}

function style(picture: Picture, place: number): number {
  const flags = picture.flags[place] ?? 0;
  const sure = (picture.existence[place] ?? 0) >= SURE && (picture.probability[place] ?? 0) >= SURE;
  return (
    (sure || (flags & LOST) !== 0 ? 0 : DASHED) |
    ((flags & LOST) !== 0 ? HOLLOW : 0) |
    ((flags & COOPERATIVE) !== 0 ? DOTTED : 0)
  );
}
