/** Beside the map: why the chosen alert was sent, and what is known of the chosen object. */

import { chosenAlert, chosenTrack } from "../../state";
import { type TextKey, text } from "../../texts/texts";
import { SIDE_ID, type SideTab, sideIsOpen, sideTab } from "../parts/layout";
import { ObjectPanel } from "./object-panel";
import { WhyPanel } from "./why-panel";

const TABS: readonly (readonly [SideTab, TextKey])[] = [
  ["why", "side.why"],
  ["object", "side.object"],
];

/** The arrows go from tab to tab, as WAI-ARIA asks. */
function changeTab(event: KeyboardEvent): void {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const other: SideTab = sideTab.value === "why" ? "object" : "why";
  const button = document.getElementById(`tab-${other}`);
  if (!(button instanceof HTMLButtonElement) || button.disabled) return;
  sideTab.value = other;
  button.focus();
}

export function SidePanel() {
  if (!sideIsOpen.value || (chosenAlert.value === null && chosenTrack.value === null)) return null;
  const tab = chosenAlert.value === null ? "object" : sideTab.value;
  return (
    <aside class="side" id={SIDE_ID} tabIndex={-1} aria-label={text("side.label")} data-testid="side">
      <header>
        <div role="tablist" onKeyDown={changeTab}>
          {TABS.map(([name, key]) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={tab === name}
              aria-controls="side-body"
              class="tab"
              disabled={name === "why" ? chosenAlert.value === null : chosenTrack.value === null}
              onClick={() => {
                sideTab.value = name;
              }}
              data-testid={`side-${name}`}
            >
              {text(key)}
            </button>
          ))}
        </div>
        <button
          type="button"
          class="button quiet"
          onClick={() => {
            sideIsOpen.value = false;
          }}
          aria-label={text("close")}
          data-testid="side-close"
        >
          ✕
        </button>
      </header>
      <div class="body" role="tabpanel" id="side-body" aria-labelledby={`tab-${tab}`}>
        {tab === "why" ? <WhyPanel /> : <ObjectPanel />}
      </div>
    </aside>
  );
}
