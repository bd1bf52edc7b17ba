/** The top line: where this is, whether it is real, whether what is shown is new, what time it is, and the pages. */

import { VIEWS } from "../../address";
import { bootstrap, chosenAlert, chosenTrack, heardAt_ms, link, sensorSummary, view } from "../../state";
import { counted, text } from "../../texts/texts";
import { isMuted } from "../alerts/sound";
import { localDate, localTime, now_s, tick_ms, utcTime, zone, zoneWord } from "../parts/clock";
import { Button } from "../parts/controls";
import { StateSign } from "../parts/icons";
import { isPast, offersPast, sideIsOpen } from "../parts/layout";
import { age } from "../parts/units";
import { LoginButton } from "./login";
import { PreferenceMenu } from "./preferences";
import { SearchField } from "./search-field";

/** A picture is old when nothing came for so long; the server speaks each second. */
const OLD_MS = 5000;

export function Header() {
  return (
    <header class="top">
      <div class="brand">
        <span class="name">tocsin</span>
        <h1>{bootstrap.value?.site.name ?? ""}</h1>
        <Mode />
      </div>
      <Views />
      <SearchField />
      <div class="pills">
        <LinkPill />
        <SensorPill />
        <MutePill />
      </div>
      <Clock />
      <div class="tools">
        <PreferenceMenu />
        <LoginButton />
      </div>
    </header>
  );
}

/** Whether this is the real thing: said in a word that nobody can miss. */
function Mode() {
  const known = bootstrap.value;
  if (known === null) return null;
  const mode = isPast.value
    ? "recording"
    : known.mode === "demo"
      ? "demo"
      : known.site.status === "Actual"
        ? "actual"
        : "exercise";
  return (
    <span class={`mode mode-${mode}`} data-testid="mode" title={text(`mode.${mode}.explains`)}>
      {text(`mode.${mode}`)}
    </span>
  );
}

function Views() {
  return (
    <nav class="views" aria-label={text("views.label")}>
      {VIEWS.map((name, place) => (
        <button
          key={name}
          type="button"
          class="tab"
          aria-current={view.value === name ? "page" : undefined}
          aria-keyshortcuts={String(place + 1)}
          onClick={() => {
            view.value = name;
          }}
          data-testid={`view-${name}`}
        >
          {text(`view.${name}`)}
        </button>
      ))}
      {!isPast.value && (
        <button
          type="button"
          class="tab"
          aria-pressed={offersPast.value}
          onClick={() => {
            offersPast.value = !offersPast.value;
          }}
          data-testid="past"
        >
          {text("views.past")}
        </button>
      )}
      {!sideIsOpen.value && (chosenAlert.value !== null || chosenTrack.value !== null) && (
        <button
          type="button"
          class="tab"
          onClick={() => {
            sideIsOpen.value = true;
          }}
          data-testid="side-open"
        >
          {text("side.open")}
        </button>
      )}
    </nav>
  );
}

/** Whether what is shown is new; told by its age. */
function LinkPill() {
  const silent_ms = tick_ms.value - heardAt_ms.value;
  const isOld = link.value === "lost" || (heardAt_ms.value > 0 && silent_ms > OLD_MS);
  const state = isOld ? "lost" : link.value;
  const signs = { connecting: "waiting", open: "live", late: "stale", lost: "offline" } as const;
  const words = isOld ? text("link.lost", { age: age(silent_ms / 1000) }) : text(`link.${link.value}`);
  return (
    <span class={`pill state-${signs[state]}`} data-testid="link" data-state={state}>
      <StateSign state={signs[state]} /> <span class="words">{words}</span>
    </span>
  );
}

function SensorPill() {
  const { live = 0, stale = 0, offline = 0 } = sensorSummary.value;
  const silent = stale + offline;
  const all = Object.values(sensorSummary.value).reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  const state = silent > 0 ? "offline" : live < all ? "waiting" : "live";
  const words =
    silent > 0
      ? counted("sensors.silent", silent, { all })
      : text(live < all ? "sensors.some" : "sensors.live", { live, all });
  return (
    <button
      type="button"
      class={`pill state-${state}`}
      onClick={() => {
        view.value = "sensors";
      }}
      data-testid="sensor-pill"
    >
      <StateSign state={state} /> {words}
    </button>
  );
}

/** A page that makes no sound says so, all the time. */
function MutePill() {
  return (
    <Button
      kind="quiet"
      hint="s"
      pressed={isMuted.value}
      onPress={() => {
        isMuted.value = !isMuted.value;
      }}
      testId="mute"
    >
      {text(isMuted.value ? "sound.off" : "sound.on")}
    </Button>
  );
}

function Clock() {
  const whose = text(zone.value.isOfSite ? "clock.of_site" : "clock.of_browser", { zone: zoneWord() });
  const isUtc = zone.value.name === "UTC" || zone.value.name === "Etc/UTC";
  return (
    <div class="clock" data-testid="clock" title={whose}>
      <time class="local">{localTime(now_s.value)}</time>
      <span class="small">
        {isUtc ? (
          `UTC · ${localDate(now_s.value)}`
        ) : (
          <>
            {zoneWord()} · <time>{utcTime(now_s.value)}</time> UTC
          </>
        )}
      </span>
    </div>
  );
}
