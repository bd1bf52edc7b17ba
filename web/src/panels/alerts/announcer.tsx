/** Tells new alerts to ears and to screen readers, and in the title of the page: whatever is filtered or looked at. */

import { signal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Alert } from "../../model";
import { alerts, clock, ended, recording } from "../../state";
import { named, text } from "../../texts/texts";
import { now_s } from "../parts/clock";
import { isPast } from "../parts/layout";
import { countdown, spoken, standing } from "./alert-words";
import { isLoud, type News, newsOf } from "./news";
import { allowSound, sound } from "./sound";

const REMIND_EVERY_MS = 15_000;
/** A recording that was wound to another place tells nothing new. */
const JUMP_S = 30;

const urgent = signal("");
const calm = signal("");

let told: readonly Alert[] = [];
let toldOf: string | null = null;
let toldAt_s = 0;

/** What is new since the last call; nothing where another time or recording is looked at. */
function whatIsNew(): News[] {
  const before = told;
  const isOther = toldOf !== recording.value;
  const isJump = isPast.value && Math.abs(now_s.peek() - toldAt_s) > JUMP_S * (clock.peek()?.speed ?? 1);
  told = alerts.value;
  toldOf = recording.value;
  toldAt_s = now_s.peek();
  return isOther || isJump ? [] : newsOf(before, told, ended.peek());
}

function tell(): void {
  const news = whatIsNew();
  if (news.length === 0) return;
  const loud = news.filter(isLoud);
  const rest = news.filter((each) => !isLoud(each));
  if (loud.length > 0) urgent.value = loud.map(words).join(" ");
  if (rest.length > 0) calm.value = rest.map(words).join(" ");
  const first = loud[0];
  if (first) sound(first.alert.level);
}

function words({ kind, alert }: News): string {
  const level = named("level", alert.level);
  if (kind === "ended") return text("news.ended", { level, zone: alert.zone });
  if (kind === "acknowledged")
    return text("news.acknowledged", { level, zone: alert.zone, owner: alert.owner });
  return `${text(`news.${kind}`)} ${spoken(alert, now_s.peek())}`;
}

/** A warning that nobody answers for is heard again and again. */
function remind(): void {
  if (isPast.value) return;
  const open = alerts.value.find(
    (alert) => alert.level === "warning" && standing(alert, now_s.value) !== "acknowledged",
  );
  if (open) sound(open.level);
}

function title(): string {
  const first = alerts.value[0];
  if (!first) return text("page.title");
  const left = countdown(first, now_s.value);
  const when = left === null ? "" : ` ${left.figure}`;
  return `(${alerts.value.length}) ${named("level", first.level)} ${first.zone}${when} - tocsin`;
}

export function Announcer() {
  useSignalEffect(tell);
  useSignalEffect(() => {
    document.title = title();
  });
  useEffect(() => {
    const timer = setInterval(remind, REMIND_EVERY_MS);
    const touched = () => void allowSound();
    for (const event of ["pointerdown", "keydown"]) addEventListener(event, touched);
    return () => {
      clearInterval(timer);
      for (const event of ["pointerdown", "keydown"]) removeEventListener(event, touched);
    };
  }, []);
  return (
    <div class="unseen">
      <div role="alert" aria-live="assertive" data-testid="live-urgent">
        {urgent}
      </div>
      <div role="status" aria-live="polite" data-testid="live-calm">
        {calm}
      </div>
    </div>
  );
}
