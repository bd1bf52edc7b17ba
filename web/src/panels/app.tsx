/** The page's layout: alerts first, the map or another page beside them, and why beside that. */

import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { hasAskedPlace } from "../address-bar";
import { mapTrouble } from "../map/commands";
import { MapView } from "../map/map-view";
import { alerts, chosenAlert, view } from "../state";
import { text } from "../texts/texts";
import { AlertList } from "./alerts/alert-list";
import { Announcer } from "./alerts/announcer";
import { choose } from "./alerts/choosing";
import { DeedDialog } from "./alerts/deed-dialogs";
import { keepShowing, showWhenDrawn } from "./alerts/showing";
import { Banners } from "./frame/banners";
import { Guide } from "./frame/guide";
import { Header } from "./frame/header";
import { startKeys } from "./frame/keys";
import { LoginDialog } from "./frame/login";
import { MapBar } from "./frame/map-bar";
import { startPreferences } from "./frame/preferences";
import { ReplayBar } from "./frame/replay-bar";
import { TestDialog } from "./frame/test-dialog";
import { HelpPage } from "./page/help-page";
import { SensorsPage } from "./page/sensors-page";
import { ShiftPage } from "./page/shift-page";
import { TablePage } from "./page/table-page";
import { ZonesPanel } from "./page/zones-panel";
import { Boundary } from "./parts/boundary";
import { startClock } from "./parts/clock";
import { dialog, isWide, MAIN_ID, sideIsOpen } from "./parts/layout";
import { SidePanel } from "./side/side-panel";
import "./styles/page.css";

startPreferences();

export function App() {
  useEffect(() => {
    const stops = [startClock(), startKeys()];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  useSignalEffect(chooseFirst);
  useSignalEffect(makeRoom);
  useSignalEffect(keepShowing);
  return (
    <div class={`page view-${view.value}`}>
      <a class="skip" href="#alerts-title">
        {text("skip")}
      </a>
      <Header />
      <div class="notices">
        <Banners />
        <Guide />
      </div>
      <Boundary>
        <AlertList />
      </Boundary>
      <Boundary>
        <Main />
      </Boundary>
      <Boundary>{view.value === "zones" ? <ZonesPanel /> : <SidePanel />}</Boundary>
      <Boundary>
        <ReplayBar />
      </Boundary>
      <Announcer />
      <Dialogs />
    </div>
  );
}

/** Whoever chose nothing has the loudest chosen: its keys are on the screen before they are needed. */
function chooseFirst(): void {
  const first = alerts.value[0];
  if (chosenAlert.peek() !== null || !first) return;
  choose(first);
  if (!hasAskedPlace()) showWhenDrawn(first);
}

/** The map has why beside it where there is room; other pages have the whole width until it is asked for. */
function makeRoom(): void {
  sideIsOpen.value = view.value === "map" && isWide();
}

/** A map that can't be drawn gives its place to the table. */
function Main() {
  const wanted = view.value === "map" && mapTrouble.value !== null ? "table" : view.value;
  const isMap = wanted === "map" || wanted === "zones";
  return (
    <main class="main" id={MAIN_ID} tabIndex={-1}>
      <div class="map-frame" hidden={!isMap}>
        <MapView />
        {isMap && <MapBar />}
      </div>
      {wanted === "table" && <TablePage />}
      {wanted === "sensors" && <SensorsPage />}
      {wanted === "shift" && <ShiftPage />}
      {wanted === "help" && <HelpPage />}
    </main>
  );
}

function Dialogs() {
  if (dialog.value === null) return null;
  if (dialog.value.name === "login") return <LoginDialog />;
  if (dialog.value.name === "test") return <TestDialog />;
  return <DeedDialog />;
}
