/** The link to the server: opened, heard, answered, and opened again when it broke. */

import { Backoff } from "./backoff";
import { forgetShown, takeMessage } from "./messages";
import type { ClientMessage, ServerMessage } from "./model";
import { picture } from "./picture";
import { clock, heardAt_ms, link, pictureCount, shownOf, trouble } from "./state";
import { decoding_ms, keep } from "./timing";
import { readFrame } from "./wire";

/** A link on which nothing comes for so long is broken, though nobody said so. */
const SILENT_MS = 15_000;
/** RFC 6455, 7.4.1: what we sent was not taken; the reason is for people. */
const POLICY_VIOLATION = 1008;
const LATE_MS = 1500;

let socket: WebSocket | null = null;
let again: ReturnType<typeof setTimeout> | undefined;
let watch: ReturnType<typeof setInterval> | undefined;
let asked_s: number | null = null;
let mayTry: () => Promise<boolean> = async () => true;
const backoff = new Backoff();

/** Opens the link to now, or to a recording from `time_s` on, by default where it stands; one that is open is closed.
`whenLost` is done before each new try. */
export function open(
  recording: string | null,
  time_s: number | null,
  whenLost: () => Promise<boolean>,
): void {
  close();
  if (recording !== shownOf.peek()) forgetShown();
  shownOf.value = recording;
  asked_s = time_s;
  mayTry = whenLost;
  backoff.reset();
  connect();
}

export function close(): void {
  clearTimeout(again);
  clearInterval(watch);
  const old = socket;
  socket = null;
  old?.close();
}

/** Sends if the link is open; else nothing happens, for what was asked of the past has no meaning later. */
export function send(message: ClientMessage): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** A recording goes on where it stood when the link broke. */
function address(): string {
  const name = shownOf.peek();
  if (name === null) return "v1/stream";
  const query = new URLSearchParams({ recording: name });
  const time_s = clock.peek()?.time_s ?? asked_s;
  if (time_s !== null) query.set("time_s", String(time_s));
  return `v1/stream?${query}`;
}

function connect(): void {
  link.value = link.peek() === "lost" ? "lost" : "connecting";
  const url = new URL(address(), document.baseURI);
  url.protocol = url.protocol.replace("http", "ws");
  const mine = new WebSocket(url);
  mine.binaryType = "arraybuffer";
  socket = mine;
  heardAt_ms.value = Date.now();
  mine.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
    if (mine === socket) hear(event.data);
  };
  mine.onclose = (event) => {
    if (mine === socket) lose(event);
  };
  clearInterval(watch);
  watch = setInterval(() => {
    if (Date.now() - heardAt_ms.peek() > SILENT_MS) lose();
  }, LATE_MS);
}

function hear(data: string | ArrayBuffer): void {
  heardAt_ms.value = Date.now();
  try {
    if (typeof data === "string") takeMessage(JSON.parse(data) as ServerMessage);
    else takeFrame(data);
  } catch (error) {
    trouble.value = error instanceof Error ? error.message : String(error);
  }
}

function takeFrame(bytes: ArrayBuffer): void {
  const began = performance.now();
  readFrame(bytes, picture);
  keep(decoding_ms, performance.now() - began);
  send({ type: "seen", sequence: picture.sequence });
  backoff.reset();
  pictureCount.value++;
}

function lose(event?: CloseEvent): void {
  close();
  link.value = "lost";
  if (event?.code === POLICY_VIOLATION && event.reason) trouble.value = event.reason;
  again = setTimeout(tryAgain, backoff.next_ms());
}

async function tryAgain(): Promise<void> {
  const turn = again;
  const may = await mayTry();
  if (turn !== again || socket) return; // another link was asked for meanwhile
  if (may) connect();
  else again = setTimeout(tryAgain, backoff.next_ms());
}
