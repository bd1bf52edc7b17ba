/** The zones beside the map: look at, draw, edit, remove. */

import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { zones } from "../../geography";
import { draft, mapCommands, stopDrawing, tool } from "../../map/commands";
import { zonesCount } from "../../state";
import { text } from "../../texts/texts";
import { loggedIn } from "../alerts/acting";
import { Button, Trouble } from "../parts/controls";
import { isPast } from "../parts/layout";
import { metres, minutes } from "../parts/units";
import { ZoneEditor } from "./zone-editor";
import {
  boxOf,
  cornersOf,
  formOf,
  NEW_ZONE,
  nameOf,
  withoutZone,
  type ZoneFeature,
  type ZoneForm,
  type Zones,
} from "./zones";
import { putZones } from "./zones-put";

export function ZonesPanel() {
  const known = zones.value as Zones;
  const form = useSignal<ZoneForm>({ ...NEW_ZONE });
  const title = useRef<HTMLHeadingElement>(null);
  const isDrawing = draft.value !== null || tool.value === "draw-zone";
  useEffect(() => stopDrawing, []);
  useEffect(() => {
    // What was pressed is gone: whoever works by keys goes on from the top.
    if (document.activeElement === document.body) title.current?.focus();
  }, [isDrawing, known]);
  return (
    <aside class="side zones" aria-labelledby="zones-title" data-testid="zones-panel">
      <header>
        <h2 id="zones-title" ref={title} tabIndex={-1}>
          {text("zones.title")}
        </h2>
      </header>
      <div class="body">
        {isDrawing ? <ZoneEditor zones={known} form={form} /> : <ZoneList zones={known} form={form} />}
      </div>
    </aside>
  );
}

interface Props {
  zones: Zones;
  form: Signal<ZoneForm>;
}

function ZoneList({ zones, form }: Props) {
  const draw = () =>
    loggedIn(() => {
      form.value = { ...NEW_ZONE };
      draft.value = null;
      tool.value = "draw-zone";
      mapCommands.value?.focus();
    });
  return (
    <>
      {isPast.value ? (
        <p>{text("zones.past")}</p>
      ) : (
        <Button kind="primary" onPress={draw} testId="zone-new">
          {text("zones.draw")}
        </Button>
      )}
      <ul class="plain">
        {zones.features.map((zone) => (
          <ZoneRow key={nameOf(zone)} zone={zone} zones={zones} form={form} />
        ))}
      </ul>
    </>
  );
}

function ZoneRow({ zone, zones, form }: Props & { zone: ZoneFeature }) {
  const isSure = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const { name, floor_m, ceiling_m, required_lead_s } = formOf(zone);
  const edit = () =>
    loggedIn(() => {
      form.value = formOf(zone);
      draft.value = { zone: name, corners: cornersOf(zone), trouble: null };
      tool.value = "edit-zone";
      mapCommands.value?.fit(boxOf(cornersOf(zone)));
    });
  const remove = () =>
    loggedIn(() => {
      if (!isSure.value) isSure.value = true;
      else
        void putZones(withoutZone(zones, name)).then((words) => {
          trouble.value = words;
          isSure.value = false;
          if (words === null) zonesCount.value += 1;
        });
    });
  return (
    <li class="zone-row" data-testid={`zone-${name}`}>
      <strong>{name}</strong>
      <span class="small">
        {text("zones.figures", {
          floor: metres(floor_m),
          ceiling: metres(ceiling_m),
          lead: minutes(required_lead_s),
        })}
      </span>
      <div class="actions">
        <Button onPress={() => mapCommands.value?.fit(boxOf(cornersOf(zone)))}>{text("zones.show")}</Button>
        {!isPast.value && (
          <>
            <Button onPress={edit} testId="zone-edit">
              {text("zones.edit")}
            </Button>
            <Button kind="danger" onPress={remove} testId="zone-remove">
              {text(isSure.value ? "zones.remove_sure" : "zones.remove")}
            </Button>
          </>
        )}
      </div>
      <Trouble words={trouble.value} />
    </li>
  );
}
