/** Finding by name: `/` begins, arrows and Enter choose, Escape leaves. */

import { useComputed, useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { picture } from "../../picture";
import { alerts, chosenTrack, search, sensors, view } from "../../state";
import { named, text } from "../../texts/texts";
import { openWhy } from "../alerts/choosing";
import { sideIsOpen, sideTab } from "../parts/layout";
import { type Found, find } from "./found";

export const SEARCH_ID = "search";

function open(found: Found): void {
  if (found.kind === "alert") openWhy(found.alert);
  else if (found.kind === "sensor") view.value = "sensors";
  else {
    chosenTrack.value = found.name;
    sideTab.value = "object";
    sideIsOpen.value = true;
  }
}

export function SearchField() {
  const isOpen = useSignal(false);
  const place = useSignal(0);
  const listId = useId();
  const found = useComputed(() => find(search.value, alerts.value, sensors.value ?? [], picture));
  const leave = (field: HTMLInputElement) => {
    isOpen.value = false;
    field.blur();
  };
  const press = (event: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    const count = found.value.length;
    if (event.key === "Escape") {
      search.value = "";
      leave(event.currentTarget);
    } else if (event.key === "Enter") {
      const chosen = found.value[place.value];
      if (chosen) open(chosen);
      leave(event.currentTarget);
    } else if (event.key === "ArrowDown" && count > 0) place.value = (place.value + 1) % count;
    else if (event.key === "ArrowUp" && count > 0) place.value = (place.value + count - 1) % count;
    else return;
    event.preventDefault();
  };
  const isShown = isOpen.value && search.value.trim() !== "";
  return (
    <search class="search">
      <input
        id={SEARCH_ID}
        type="text"
        role="combobox"
        placeholder={text("search.label")}
        aria-label={text("search.label")}
        aria-keyshortcuts="/"
        aria-expanded={isShown}
        aria-controls={listId}
        aria-activedescendant={isShown && found.value.length > 0 ? `${listId}-${place.value}` : undefined}
        autocomplete="off"
        maxLength={100}
        value={search.value}
        onFocus={() => {
          isOpen.value = true;
        }}
        onBlur={() => {
          isOpen.value = false;
        }}
        onInput={(event) => {
          search.value = event.currentTarget.value;
          place.value = 0;
        }}
        onKeyDown={press}
        data-testid="search"
      />
      <div class="found" id={listId} role="listbox" aria-label={text("search.found")} hidden={!isShown}>
        {found.value.map((each, number) => (
          <div
            key={`${each.kind} ${each.name}`}
            id={`${listId}-${number}`}
            role="option"
            tabIndex={-1}
            aria-selected={number === place.value}
            onPointerDown={() => open(each)}
          >
            {foundWords(each)}
          </div>
        ))}
        {found.value.length === 0 && (
          <div role="option" aria-disabled="true" aria-selected={false} tabIndex={-1} class="small">
            {text("search.nothing")}
          </div>
        )}
      </div>
    </search>
  );
}

function foundWords(found: Found): string {
  if (found.kind !== "alert") return `${text(`search.${found.kind}`)} ${found.name}`;
  return `${named("level", found.alert.level)} ${found.alert.zone} ${found.name}`;
}
