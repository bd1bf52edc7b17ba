/** A pattern for areas that nobody watches any more: seen without colour, too. */

const SIZE = 12;
const WIDTH = 2;

export function hatch(colour: readonly [number, number, number]) {
  const data = new Uint8ClampedArray(4 * SIZE * SIZE);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const isLine = (x + y) % SIZE < WIDTH;
      data.set([...colour, isLine ? 120 : 16], 4 * (y * SIZE + x));
    }
  }
  return { width: SIZE, height: SIZE, data };
}
