/** A zone while it is drawn: corners added, moved and taken away, and whether it can be a zone. */

export type Corner = readonly [number, number];

export function withCorner(corners: readonly Corner[], at: number, corner: Corner): Corner[] {
  return [...corners.slice(0, at), corner, ...corners.slice(at)];
}

export function movedCorner(corners: readonly Corner[], at: number, corner: Corner): Corner[] {
  return corners.map((each, index) => (index === at ? corner : each));
}

export function withoutCorner(corners: readonly Corner[], at: number): Corner[] {
  return corners.filter((_, index) => index !== at);
}

/** Middle of each edge, the last one back to the first corner. */
export function middles(corners: readonly Corner[]): Corner[] {
  return corners.map((corner, index) => {
    const next = corners[(index + 1) % corners.length]!;
    return [(corner[0] + next[0]) / 2, (corner[1] + next[1]) / 2];
  });
}

export function draftTrouble(corners: readonly Corner[]): "crosses-itself" | "too-few-corners" | null {
  if (corners.length < 3) return "too-few-corners";
  return crossesItself(corners) ? "crosses-itself" : null;
}

/** Whether two edges that are no neighbours meet; neighbours that turn back on themselves do, too. */
export function crossesItself(corners: readonly Corner[]): boolean {
  const count = corners.length;
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const areNeighbours = j === i + 1 || (i === 0 && j === count - 1);
      if (!areNeighbours && meet(edge(corners, i), edge(corners, j))) return true;
    }
  }
  return false;
}

type Edge = readonly [Corner, Corner];

function edge(corners: readonly Corner[], at: number): Edge {
  return [corners[at]!, corners[(at + 1) % corners.length]!];
}

function meet([a, b]: Edge, [c, d]: Edge): boolean {
  const sides = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)] as const;
  if (sides[0] * sides[1] < 0 && sides[2] * sides[3] < 0) return true;
  return (
    (sides[0] === 0 && within(a, b, c)) ||
    (sides[1] === 0 && within(a, b, d)) ||
    (sides[2] === 0 && within(c, d, a)) ||
    (sides[3] === 0 && within(c, d, b))
  );
}

function side(a: Corner, b: Corner, c: Corner): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

function within(a: Corner, b: Corner, c: Corner): boolean {
  return (
    Math.min(a[0], b[0]) <= c[0] &&
    c[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= c[1] &&
    c[1] <= Math.max(a[1], b[1])
  );
}
