/** How the page looks and speaks: kept in this browser, not in the address, which is for others. */

import { effect } from "@preact/signals";
import { language, operator, theme } from "../../state";
import { LANGUAGES, text } from "../../texts/texts";
import { Button, Menu } from "../parts/controls";
import { MenuSign } from "../parts/icons";
import { hasKeys } from "../parts/layout";
import { recall, remember } from "../parts/stored";
import { logOut } from "./login";

const THEMES = ["dark", "light", "contrast"] as const;
type Theme = (typeof THEMES)[number];

/** Reads what was chosen before, else what the browser asks for; then keeps what is chosen. */
export function startPreferences(): void {
  theme.value = firstTheme();
  language.value = firstLanguage();
  hasKeys.value = recall("keys") !== "off";
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    document.documentElement.lang = language.value;
    remember("theme", theme.value);
    remember("language", language.value);
    remember("keys", hasKeys.value ? "on" : "off");
  });
}

function firstTheme(): Theme {
  const before = THEMES.find((each) => each === recall("theme"));
  if (before) return before;
  return matchMedia("(prefers-contrast: more)").matches ? "contrast" : "dark";
}

/** What was chosen before, else the first of the browser's languages that there are texts in. */
function firstLanguage(): string {
  const wanted = [recall("language") ?? "", ...navigator.languages].map((code) => code.split("-")[0] ?? "");
  return wanted.find((code) => LANGUAGES.has(code)) ?? "en";
}

/** Who is logged in, of which unit, and the way out. */
function Who() {
  const who = operator.value;
  if (who === null) return null;
  return (
    <div class="actions">
      <span>{text("login.who", { name: who.name, unit: who.unit })}</span>
      <Button onPress={() => void logOut()} testId="logout">
        {text("login.out")}
      </Button>
    </div>
  );
}

export function PreferenceMenu() {
  const name = operator.value?.name ?? "";
  const title = text("preferences.title");
  return (
    <Menu
      summary={
        <>
          <MenuSign /> <span data-testid="operator">{name}</span>
        </>
      }
      summaryClass="button quiet"
      label={`${name} ${title}`.trim()}
      testId="preferences"
    >
      <Who />
      <label>
        {text("preferences.theme")}
        <select
          value={theme.value}
          onChange={(event) => {
            theme.value = THEMES.find((each) => each === event.currentTarget.value) ?? "dark";
          }}
          data-testid="theme"
        >
          {THEMES.map((each) => (
            <option key={each} value={each}>
              {text(`theme.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {text("preferences.language")}
        <select
          value={language.value}
          onChange={(event) => {
            language.value = event.currentTarget.value;
          }}
          data-testid="language"
        >
          {[...LANGUAGES].map(([code, texts]) => (
            <option key={code} value={code} lang={code}>
              {texts["language.name"]}
            </option>
          ))}
        </select>
      </label>
      <label class="choice">
        <input
          type="checkbox"
          checked={hasKeys.value}
          onChange={(event) => {
            hasKeys.value = event.currentTarget.checked;
          }}
          data-testid="keys"
        />
        {text("preferences.keys")}
      </label>
    </Menu>
  );
}
