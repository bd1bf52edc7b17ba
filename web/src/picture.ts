/** The air picture: columns, one place for each track, no gaps; 5,000 tracks are overwritten in a fraction of a millisecond. */

export const COOPERATIVE = 1;
export const MARKED = 2;
export const LOST = 4;

const FIRST_CAPACITY = 1024;
/** A page that is open for weeks does not keep the name of every track there was. */
const MOST_NAMES = 100_000;

export class Picture {
  /** When it was [UTC ms], and which frame made it. */
  time_ms = 0;
  sequence = 0;
  count = 0;
  number = new Uint32Array(FIRST_CAPACITY);
  /** [longitude, latitude, altitude above the ellipsoid] of each track [deg, deg, m]. */
  position = new Float64Array(3 * FIRST_CAPACITY);
  /** Towards [east, north, up] [m/s]. */
  velocity = new Float32Array(3 * FIRST_CAPACITY);
  sigma_m = new Float32Array(FIRST_CAPACITY);
  /** Index into the classes of the bootstrap. */
  kind = new Uint8Array(FIRST_CAPACITY);
  probability = new Float32Array(FIRST_CAPACITY);
  existence = new Float32Array(FIRST_CAPACITY);
  /** 0 none, 1 watch, 2 advisory, 3 warning. */
  level = new Uint8Array(FIRST_CAPACITY);
  /** Since a sensor last saw it, when the picture was made. */
  unseen_s = new Float32Array(FIRST_CAPACITY);
  flags = new Uint16Array(FIRST_CAPACITY);
  private placeOf = new Map<number, number>();
  private nameOf = new Map<number, [string, string]>();
  private numberOf = new Map<string, number>();

  /** Where in the columns a track stands; undefined if it is not in the picture. */
  place(trackId: string): number | undefined {
    const number = this.numberOf.get(trackId);
    return number === undefined ? undefined : this.placeOf.get(number);
  }

  /** The track's ID at a place of the columns. */
  trackId(place: number): string {
    const number = this.number[place] ?? 0;
    return this.nameOf.get(number)?.[0] ?? `#${number}`;
  }

  /** The hashed identity that the track told, or "". */
  identity(place: number): string {
    return this.nameOf.get(this.number[place] ?? 0)?.[1] ?? "";
  }

  learnNames(names: Readonly<Record<string, [string, string]>>): void {
    if (this.nameOf.size > MOST_NAMES) this.pruneNames();
    for (const [key, name] of Object.entries(names)) {
      const number = Number(key);
      this.nameOf.set(number, name);
      this.numberOf.set(name[0], number);
    }
  }

  /** The place of a track, a new one at the end if it has none; its columns are the caller's to fill. */
  claim(number: number): number {
    const known = this.placeOf.get(number);
    if (known !== undefined) return known;
    if (this.count === this.number.length) this.grow();
    const place = this.count++;
    this.number[place] = number;
    this.placeOf.set(number, place);
    return place;
  }

  /** The last track takes the place of the one that goes. */
  remove(number: number): void {
    const place = this.placeOf.get(number);
    if (place === undefined) return;
    this.placeOf.delete(number);
    const last = --this.count;
    if (place === last) return;
    for (const column of this.columns()) column[place] = column[last] ?? 0;
    for (let axis = 0; axis < 3; axis++) {
      this.position[3 * place + axis] = this.position[3 * last + axis] ?? 0;
      this.velocity[3 * place + axis] = this.velocity[3 * last + axis] ?? 0;
    }
    this.placeOf.set(this.number[place] ?? 0, place);
  }

  /** Before a snapshot: no tracks; names stay, for they came before it. */
  clear(): void {
    this.count = 0;
    this.placeOf.clear();
  }

  /** Before another recording, or a server that was started anew: its numbers mean other tracks. */
  forget(): void {
    this.clear();
    this.nameOf.clear();
    this.numberOf.clear();
  }

  /** A server says a name once, and a track that left may come back when a recording is wound back. */
  private pruneNames(): void {
    for (const [number, [trackId]] of this.nameOf) {
      if (this.placeOf.has(number)) continue;
      this.nameOf.delete(number);
      this.numberOf.delete(trackId);
    }
  }

  private columns() {
    return [
      this.number,
      this.sigma_m,
      this.kind,
      this.probability,
      this.existence,
      this.level,
      this.unseen_s,
      this.flags,
    ];
  }

  private grow(): void {
    const more = 2 * this.number.length;
    this.number = longer(this.number, new Uint32Array(more));
    this.position = longer(this.position, new Float64Array(3 * more));
    this.velocity = longer(this.velocity, new Float32Array(3 * more));
    this.sigma_m = longer(this.sigma_m, new Float32Array(more));
    this.kind = longer(this.kind, new Uint8Array(more));
    this.probability = longer(this.probability, new Float32Array(more));
    this.existence = longer(this.existence, new Float32Array(more));
    this.level = longer(this.level, new Uint8Array(more));
    this.unseen_s = longer(this.unseen_s, new Float32Array(more));
    this.flags = longer(this.flags, new Uint16Array(more));
  }
}

function longer<Column extends { set(from: ArrayLike<number>): void }>(
  from: ArrayLike<number>,
  to: Column,
): Column {
  to.set(from);
  return to;
}

/** The one picture of the page; `pictureCount` of state.ts tells that it changed. */
export const picture = new Picture();
