/** What is wrong with the page itself, said loudly: no link, an old picture, no sound, what the server refused. */

import { effect, signal } from "@preact/signals";
import { watch } from "../../scope";
import { bootstrap, heardAt_ms, link, recording, trouble } from "../../state";
import { text } from "../../texts/texts";
import { canSound, isMuted } from "../alerts/sound";
import { tick_ms } from "../parts/clock";
import { Button } from "../parts/controls";
import { dialog, isLocked, isNightOver, isPast } from "../parts/layout";
import { age } from "../parts/units";

const LATE_MS = 10_000;
const lateSince_ms = signal<number | null>(null);
effect(() => {
  if (link.value !== "late") lateSince_ms.value = null;
  else lateSince_ms.value ??= Date.now();
});

export function Banners() {
  return (
    <div class="banners">
      <Lost />
      <Late />
      <Locked />
      <Past />
      <NightOver />
      <Silent />
      <Refused />
    </div>
  );
}

function Lost() {
  if (link.value !== "lost") return null;
  const old_s = heardAt_ms.value === 0 ? null : (tick_ms.value - heardAt_ms.value) / 1000;
  return (
    <p class="banner bad" role="alert" data-testid="banner-lost">
      <strong>{text("banner.lost")}</strong>{" "}
      <span aria-hidden="true">{old_s === null ? "" : text("banner.old", { age: age(old_s) })}</span>
    </p>
  );
}

function Late() {
  // A machine that was busy for a moment is no slow line; the pill above says so at once.
  if (lateSince_ms.value === null || tick_ms.value - lateSince_ms.value < LATE_MS) return null;
  return (
    <p class="banner" role="status" data-testid="banner-late">
      {text("banner.late")}
    </p>
  );
}

function Locked() {
  if (!isLocked.value) return null;
  return (
    <p class="banner" data-testid="banner-locked">
      {text("banner.locked")}{" "}
      <Button kind="primary" onPress={() => (dialog.value = { name: "login" })}>
        {text("login.open")}
      </Button>
    </p>
  );
}

/** Past must never be taken for present. */
function Past() {
  if (!isPast.value) return null;
  const canLeave = bootstrap.value?.has_now && recording.value !== null;
  return (
    <p class="banner past" data-testid="banner-past">
      <strong>{text("banner.past", { name: recording.value ?? "" })}</strong>{" "}
      {canLeave && (
        <Button
          onPress={() => {
            watch(null);
          }}
          testId="leave-past"
        >
          {text("banner.leave_past")}
        </Button>
      )}
    </p>
  );
}

function NightOver() {
  if (!isNightOver.value) return null;
  return (
    <p class="banner" role="status" data-testid="banner-over">
      {text("banner.over")}
    </p>
  );
}

function Silent() {
  if (canSound.value || isMuted.value || isPast.value) return null;
  return (
    <p class="banner" role="status" data-testid="banner-silent">
      {text("banner.silent")}
    </p>
  );
}

function Refused() {
  if (trouble.value === null) return null;
  return (
    <p class="banner bad" role="alert" data-testid="banner-trouble">
      {trouble.value}{" "}
      <Button
        kind="quiet"
        onPress={() => {
          trouble.value = null;
        }}
        label={text("close")}
      >
        ✕
      </Button>
    </p>
  );
}
