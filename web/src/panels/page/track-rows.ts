/** The tracks of the picture as rows for reading: what is alerted first, then what is most probably there. */

import { COOPERATIVE, LOST, type Picture } from "../../picture";

export interface TrackRow {
  trackId: string;
  identity: string;
  kind: string;
  probability: number;
  level: number;
  existence: number;
  speed_mps: number;
  course_deg: number;
  /** Above the site. */
  height_m: number;
  sigma_m: number;
  unseen_s: number;
  isLost: boolean;
  isCooperative: boolean;
}

/** A table of more rows is not read, and takes the main thread. */
export const MOST_ROWS = 200;

/** The first rows of those that are shown, and how many are shown. */
export function trackRows(
  picture: Picture,
  classes: readonly string[],
  site_m: number,
  isShown: (place: number) => boolean,
): { rows: TrackRow[]; count: number } {
  const places: number[] = [];
  for (let place = 0; place < picture.count; place++) if (isShown(place)) places.push(place);
  places.sort((one, other) => weight(picture, other) - weight(picture, one));
  const rows = places.slice(0, MOST_ROWS).map((place) => rowAt(picture, classes, site_m, place));
  return { rows, count: places.length };
}

function weight(picture: Picture, place: number): number {
  return (picture.level[place] ?? 0) * 10 + (picture.existence[place] ?? 0);
}

function rowAt(picture: Picture, classes: readonly string[], site_m: number, place: number): TrackRow {
  const [east, north] = [picture.velocity[3 * place] ?? 0, picture.velocity[3 * place + 1] ?? 0];
  const flags = picture.flags[place] ?? 0;
  return {
    trackId: picture.trackId(place),
    identity: picture.identity(place),
    kind: classes[picture.kind[place] ?? -1] ?? "unknown",
    probability: picture.probability[place] ?? 0,
    level: picture.level[place] ?? 0,
    existence: picture.existence[place] ?? 0,
    speed_mps: Math.hypot(east, north),
    course_deg: (Math.atan2(east, north) * 180) / Math.PI,
    height_m: (picture.position[3 * place + 2] ?? 0) - site_m,
    sigma_m: picture.sigma_m[place] ?? 0,
    unseen_s: picture.unseen_s[place] ?? 0,
    isLost: (flags & LOST) !== 0,
    isCooperative: (flags & COOPERATIVE) !== 0,
  };
}
