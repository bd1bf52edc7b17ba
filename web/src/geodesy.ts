/** Distances and bearings on a sphere: within 0.5 % of the ellipsoid, enough to read a map by. */

const EARTH_RADIUS_M = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** [longitude, latitude] in degrees. */
export type LonLat = readonly [number, number];

export function distance_m(from: LonLat, to: LonLat): number {
  const half_lat = (to[1] - from[1]) * RADIANS * 0.5;
  const half_lon = (to[0] - from[0]) * RADIANS * 0.5;
  const part =
    Math.sin(half_lat) ** 2 +
    Math.cos(from[1] * RADIANS) * Math.cos(to[1] * RADIANS) * Math.sin(half_lon) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(part)));
}

/** Whether a place lies in an outline whose corners are [longitude, latitude]. */
export function isWithin(outline: readonly (readonly number[])[], [lon, lat]: LonLat): boolean {
  let inside = false;
  outline.forEach(([endLon = 0, endLat = 0], index) => {
    const [startLon = 0, startLat = 0] = outline[(index || outline.length) - 1] ?? [];
    const crosses = startLat > lat !== endLat > lat;
    if (crosses && lon < startLon + ((endLon - startLon) * (lat - startLat)) / (endLat - startLat))
      inside = !inside;
  });
  return inside;
}

/** Clockwise from true north at `from`, 0 to 360. */
export function bearing_deg(from: LonLat, to: LonLat): number {
  const lon = (to[0] - from[0]) * RADIANS;
  const east = Math.sin(lon) * Math.cos(to[1] * RADIANS);
  const north =
    Math.cos(from[1] * RADIANS) * Math.sin(to[1] * RADIANS) -
    Math.sin(from[1] * RADIANS) * Math.cos(to[1] * RADIANS) * Math.cos(lon);
  return (Math.atan2(east, north) / RADIANS + 360) % 360;
}

/** Where one is after `range_m` on a great circle that starts towards `bearing`. */
export function destination(from: LonLat, bearing: number, range_m: number): [number, number] {
  const angle = range_m / EARTH_RADIUS_M;
  const lat = from[1] * RADIANS;
  const toLat = Math.asin(
    Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(bearing * RADIANS),
  );
  const lon = Math.atan2(
    Math.sin(bearing * RADIANS) * Math.sin(angle) * Math.cos(lat),
    Math.cos(angle) - Math.sin(lat) * Math.sin(toLat),
  );
  return [from[0] + lon / RADIANS, toLat / RADIANS];
}
