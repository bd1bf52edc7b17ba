/** Binary frames of tracks, as docs/console-api.md lays them out: one pass over the bytes, into the columns. */

import type { Picture } from "./picture";

const MAGIC = 0x53434f54; // "TOCS", little-endian
const VERSION = 1;
const HEADER_BYTES = 40;
const RECORD_BYTES = 32;
const SNAPSHOT = 1;
const DEGRADED = 2;

export interface FrameHeader {
  sequence: number;
  isSnapshot: boolean;
  /** Frames were left out before this one. */
  isDegraded: boolean;
  time_ms: number;
}

export class WireError extends Error {}

/** Puts a frame into the picture; throws WireError, with the picture as it was, for bytes that are none. */
export function readFrame(bytes: ArrayBuffer, picture: Picture): FrameHeader {
  const view = new DataView(bytes);
  const { stride, count, removed, header } = readHeader(view);
  if (header.isSnapshot) picture.clear();
  for (let index = 0; index < count; index++) readRecord(view, HEADER_BYTES + index * stride, picture);
  const gone = HEADER_BYTES + count * stride;
  for (let index = 0; index < removed; index++) picture.remove(view.getUint32(gone + 4 * index, true));
  picture.time_ms = header.time_ms;
  picture.sequence = header.sequence;
  return header;
}

function readHeader(view: DataView) {
  if (view.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new WireError("what came is no picture of tocsin");
  }
  const version = view.getUint16(4, true);
  if (version !== VERSION) throw new WireError(`the server speaks version ${version}, this page ${VERSION}`);
  const stride = view.getUint16(6, true);
  const flags = view.getUint32(12, true);
  const count = view.getUint32(24, true);
  const removed = view.getUint32(28, true);
  if (stride < RECORD_BYTES || view.byteLength !== HEADER_BYTES + count * stride + 4 * removed) {
    throw new WireError(`a picture of ${view.byteLength} bytes does not hold what it says`);
  }
  const header: FrameHeader = {
    sequence: view.getUint32(8, true),
    isSnapshot: (flags & SNAPSHOT) !== 0,
    isDegraded: (flags & DEGRADED) !== 0,
    time_ms: view.getFloat64(16, true),
  };
  return { stride, count, removed, header };
}

function readRecord(view: DataView, at: number, picture: Picture): void {
  const place = picture.claim(view.getUint32(at, true));
  const axis = 3 * place;
  picture.position[axis] = view.getInt32(at + 4, true) * 1e-7;
  picture.position[axis + 1] = view.getInt32(at + 8, true) * 1e-7;
  picture.position[axis + 2] = view.getFloat32(at + 12, true);
  picture.velocity[axis] = view.getInt16(at + 16, true) * 0.1;
  picture.velocity[axis + 1] = view.getInt16(at + 18, true) * 0.1;
  picture.velocity[axis + 2] = view.getInt16(at + 20, true) * 0.1;
  picture.sigma_m[place] = view.getUint16(at + 22, true);
  picture.kind[place] = view.getUint8(at + 24);
  picture.probability[place] = view.getUint8(at + 25) / 255;
  picture.existence[place] = view.getUint8(at + 26) / 255;
  picture.level[place] = view.getUint8(at + 27);
  picture.unseen_s[place] = view.getUint16(at + 28, true) * 0.1;
  picture.flags[place] = view.getUint16(at + 30, true);
}
