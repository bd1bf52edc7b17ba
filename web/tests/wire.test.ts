import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COOPERATIVE, LOST, MARKED, Picture } from "../src/picture";
import { readFrame, WireError } from "../src/wire";

/** A frame as docs/console-api.md describes it; `extra` bytes at the end of each record are a later version's. */
function frame(
  sequence: number,
  flags: number,
  numbers: number[],
  removed: number[],
  extra = 0,
): ArrayBuffer {
  const stride = 32 + extra;
  const view = new DataView(new ArrayBuffer(40 + numbers.length * stride + 4 * removed.length));
  new Uint8Array(view.buffer).set(new TextEncoder().encode("TOCS"));
  view.setUint16(4, 1, true);
  view.setUint16(6, stride, true);
  view.setUint32(8, sequence, true);
  view.setUint32(12, flags, true);
  view.setFloat64(16, 1_700_000_000_250, true);
  view.setUint32(24, numbers.length, true);
  view.setUint32(28, removed.length, true);
  numbers.forEach((number, index) => {
    record(view, 40 + index * stride, number);
  });
  removed.forEach((number, index) => {
    view.setUint32(40 + numbers.length * stride + 4 * index, number, true);
  });
  return view.buffer;
}

function record(view: DataView, at: number, number: number): void {
  view.setUint32(at, number, true);
  view.setInt32(at + 4, -1_269_780_123, true);
  view.setInt32(at + 8, 375_661_234, true);
  view.setFloat32(at + 12, 432.5, true);
  view.setInt16(at + 16, -325, true);
  view.setInt16(at + 18, 100, true);
  view.setInt16(at + 20, 15, true);
  view.setUint16(at + 22, 65535, true);
  view.setUint8(at + 24, 3);
  view.setUint8(at + 25, 51);
  view.setUint8(at + 26, 255);
  view.setUint8(at + 27, 2);
  view.setUint16(at + 28, 47, true);
  view.setUint16(at + 30, COOPERATIVE | LOST, true);
}

test("every field of a record arrives in its unit", () => {
  const picture = new Picture();
  const header = readFrame(frame(7, 3, [42], []), picture);
  expect(header).toEqual({ sequence: 7, isSnapshot: true, isDegraded: true, time_ms: 1_700_000_000_250 });
  expect(picture.number[0]).toBe(42);
  expect(picture.position[0]).toBeCloseTo(-126.9780123, 9);
  expect(picture.position[1]).toBeCloseTo(37.5661234, 9);
  expect(picture.position[2]).toBe(432.5);
  expect([...picture.velocity.slice(0, 3)].map((speed) => Math.round(10 * speed))).toEqual([-325, 100, 15]);
  expect([picture.sigma_m[0], picture.kind[0], picture.level[0], picture.flags[0]]).toEqual([65535, 3, 2, 5]);
  expect(picture.probability[0]).toBeCloseTo(0.2, 6);
  expect(picture.existence[0]).toBe(1);
  expect(picture.unseen_s[0]).toBeCloseTo(4.7, 5);
});

test("a snapshot forgets all tracks, what follows adds, changes and removes", () => {
  const picture = new Picture();
  readFrame(frame(1, 1, [1, 2, 3], []), picture);
  readFrame(frame(2, 0, [3, 4], [1]), picture);
  expect([...picture.number.slice(0, picture.count)].sort()).toEqual([2, 3, 4]);
  readFrame(frame(3, 1, [9], []), picture);
  expect([...picture.number.slice(0, picture.count)]).toEqual([9]);
});

test("what a longer record has at its end is skipped", () => {
  const picture = new Picture();
  readFrame(frame(1, 1, [1, 2], [1], 8), picture);
  expect([...picture.number.slice(0, picture.count)]).toEqual([2]);
});

test.each([
  ["other bytes", new ArrayBuffer(64)],
  ["nothing", new ArrayBuffer(0)],
  ["a frame cut short", frame(2, 1, [1, 2], []).slice(0, -1)],
  ["a frame with something behind it", new Uint8Array([...new Uint8Array(frame(2, 1, [], [])), 0]).buffer],
])("%s is refused and changes nothing", (_what, bytes) => {
  const picture = new Picture();
  readFrame(frame(1, 1, [5], []), picture);
  expect(() => readFrame(bytes, picture)).toThrow(WireError);
  expect([picture.count, picture.sequence]).toEqual([1, 1]);
});

test("another version of the wire is named", () => {
  const bytes = frame(1, 1, [], []);
  new DataView(bytes).setUint16(4, 2, true);
  expect(() => readFrame(bytes, new Picture())).toThrow("version 2");
});

test("the bytes that the server sends today are read to the values that it put in", () => {
  const hex = readFileSync(new URL("frame.hex", import.meta.url), "ascii").replaceAll("\n", "");
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const picture = new Picture();
  const header = readFrame(bytes.buffer, picture);
  expect([header.sequence, header.isSnapshot, header.isDegraded]).toEqual([9, true, true]);
  expect([...picture.number.slice(0, picture.count)]).toEqual([7, 8]);
  expect([...picture.position.slice(0, 3)].map((each) => Number(each.toFixed(7)))).toEqual([-127, -47, 500]);
  expect([...picture.velocity.slice(0, 3)].map((each) => Number(each.toFixed(1)))).toEqual([1, 30, -0.5]);
  expect([picture.sigma_m[0], picture.kind[0], picture.level[0], picture.level[1]]).toEqual([42, 1, 3, 0]);
  expect([picture.probability[0], picture.existence[0]].map((each) => each?.toFixed(1))).toEqual([
    "0.8",
    "1.0",
  ]);
  expect(picture.unseen_s[0]).toBeCloseTo(1.5, 6);
  expect([picture.flags[0], picture.flags[1]]).toEqual([COOPERATIVE | MARKED, COOPERATIVE]);
});
