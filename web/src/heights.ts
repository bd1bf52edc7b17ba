/** Heights as people read them: above the site, not above the ellipsoid. */

import { bootstrap } from "./state";

export function heightAboveSite_m(altitude_m: number): number {
  return altitude_m - (bootstrap.peek()?.site.altitude_m ?? 0);
}
