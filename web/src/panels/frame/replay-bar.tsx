/** The time of a recording: play, speed, and a line of what happened to pick a moment from. */

import { useSignal } from "@preact/signals";
import type { RecordingEvent, RecordingInfo } from "../../model";
import { watch } from "../../scope";
import { clock, recording } from "../../state";
import { send } from "../../stream";
import { named, plain, text } from "../../texts/texts";
import { localDay, localTime, now_s } from "../parts/clock";
import { Button, Trouble } from "../parts/controls";
import { canSteer, isNightOver, isPast, offersPast } from "../parts/layout";
import { minutes } from "../parts/units";
import { useAsked } from "../side/asked";

const SPEEDS = [1, 2, 5, 10, 30, 60, 120] as const;
const STEP_S = 10;

export function togglePlay(): void {
  const now = clock.value;
  if (!canSteer.value || now === null) return;
  send(now.playing ? { type: "pause" } : { type: "play", speed: now.speed || 1 });
}

/** Forward or back, within the recording. */
export function skip(by_s: number): void {
  const now = clock.value;
  if (!isPast.value || now === null) return;
  seek(now_s.peek() + by_s);
}

function seek(time_s: number): void {
  const now = clock.value;
  if (now === null) return;
  const last_s = now.end_s ?? time_s;
  send({ type: "seek", time_s: Math.min(last_s, Math.max(now.start_s, time_s)) });
}

export function ReplayBar() {
  const offers = isPast.value || offersPast.value || isNightOver.value;
  if (!offers && !canSteer.value) return null;
  return (
    <section class="replay" aria-label={text("replay.label")} data-testid="replay">
      {offers && <Recordings />}
      {canSteer.value && !isNightOver.value && <Player />}
    </section>
  );
}

/** The usual speeds, and the one that is. */
function speedsWith(speed: number): number[] {
  return [...new Set([...SPEEDS, speed])].sort((one, other) => one - other);
}

function Player() {
  const now = clock.value;
  const events = useAsked<RecordingEvent[]>(
    () => (recording.value === null ? null : `v1/recordings/${encodeURIComponent(recording.value)}/events`),
    null,
  );
  if (now === null || now.end_s === null) return null;
  return (
    <>
      <Button onPress={togglePlay} hint={text("key.space")} kind="primary" testId="play">
        {text(now.playing ? "replay.pause" : "replay.play")}
      </Button>
      {isPast.value && (
        <>
          <Button onPress={() => skip(-STEP_S)} hint="," label={text("replay.back", { step: STEP_S })}>
            −{STEP_S}
          </Button>
          <Button onPress={() => skip(STEP_S)} hint="." label={text("replay.forth", { step: STEP_S })}>
            +{STEP_S}
          </Button>
        </>
      )}
      <label class="inline">
        {text("replay.speed")}
        <select
          value={now.speed}
          onChange={(event) => send({ type: "play", speed: Number(event.currentTarget.value) })}
          data-testid="replay-speed"
        >
          {speedsWith(now.speed).map((speed) => (
            <option key={speed} value={speed}>
              {speed}×
            </option>
          ))}
        </select>
      </label>
      <TimeLine start_s={now.start_s} end_s={now.end_s} events={events.value.answer ?? []} />
    </>
  );
}

interface LineProps {
  start_s: number;
  end_s: number;
  events: readonly RecordingEvent[];
}

function TimeLine({ start_s, end_s, events }: LineProps) {
  const held_s = useSignal<number | null>(null);
  const at_s = held_s.value ?? Math.min(end_s, Math.max(start_s, now_s.value));
  const long_s = Math.max(1, end_s - start_s);
  return (
    <div class="time-line">
      <output data-testid="replay-time">
        {localDay(at_s)}{" "}
        <span class="small">
          {minutes(at_s - start_s)} / {minutes(long_s)}
        </span>
      </output>
      <input
        type="range"
        min={start_s}
        max={end_s}
        step={1}
        value={at_s}
        disabled={!isPast.value}
        aria-label={text("replay.time")}
        aria-valuetext={localDay(at_s)}
        onInput={(event) => {
          held_s.value = event.currentTarget.valueAsNumber;
        }}
        onChange={(event) => {
          seek(event.currentTarget.valueAsNumber);
          held_s.value = null;
        }}
        data-testid="replay-slider"
      />
      <div class="ticks">
        {events.map((event) => (
          <button
            key={`${event.time_s} ${event.kind} ${event.text}`}
            type="button"
            class={`tick ${event.level === null ? event.kind : `level-${event.level}`}`}
            style={{ left: `${(100 * (event.time_s - start_s)) / long_s}%` }}
            tabIndex={-1}
            title={`${localTime(event.time_s)} ${plain(event.text)}`}
            aria-label={`${localTime(event.time_s)} ${plain(event.text)}`}
            onClick={() => seek(event.time_s)}
          />
        ))}
      </div>
      <Moments events={events} />
    </div>
  );
}

/** The same moments for keys and ears. */
function Moments({ events }: { events: readonly RecordingEvent[] }) {
  if (events.length === 0) return null;
  return (
    <label class="inline moments">
      {text("replay.moments")}
      <select
        value=""
        onChange={(event) => {
          if (event.currentTarget.value !== "") seek(Number(event.currentTarget.value));
        }}
        data-testid="replay-moments"
      >
        <option value="">{text("replay.choose")}</option>
        {events.map((event) => (
          <option key={`${event.time_s} ${event.text}`} value={event.time_s}>
            {localTime(event.time_s)} {event.level === null ? "" : named("level", event.level)}{" "}
            {plain(event.text)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Recordings() {
  const list = useAsked<RecordingInfo[]>(() => "v1/recordings", null);
  const all = list.value.answer ?? [];
  const shown = all.find((each) => each.name === recording.value);
  return (
    <>
      <label class="inline">
        {text("replay.recording")}
        <select
          value={recording.value ?? ""}
          onChange={(event) => {
            watch(event.currentTarget.value || null);
          }}
          data-testid="replay-recording"
        >
          {recording.value === null && <option value="">{text("replay.choose")}</option>}
          {all.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      <Trouble words={list.value.trouble} />
      {shown?.trouble && (
        <details class="lacks" data-testid="replay-trouble">
          <summary>{text("replay.trouble")}</summary>
          {shown.trouble}
        </details>
      )}
    </>
  );
}
