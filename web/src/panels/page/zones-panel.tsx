/** The zones beside the map: look at, draw, edit, remove; the running service takes all of them or refuses all. */

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { zones } from "../../geography";
import { draft, mapCommands, tool } from "../../map/commands";
import { ask, Refusal } from "../../server";
import { zonesCount } from "../../state";
import { text } from "../../texts/texts";
import { loggedIn } from "../alerts/acting";
import { Button, Trouble } from "../parts/controls";
import { isPast } from "../parts/layout";
import { metres, minutes } from "../parts/units";
import {
  boxOf,
  cornersOf,
  formOf,
  NEW_ZONE,
  nameOf,
  withoutZone,
  withZone,
  type ZoneFeature,
  type ZoneForm,
  type Zones,
} from "./zones";

/** Asks the service to take the zones; what is wrong with them, in words, or null. */
async function put(zones: Zones): Promise<string | null> {
  try {
    await ask<unknown>("v1/zones", "PUT", zones);
    return null;
  } catch (error) {
    return error instanceof Refusal ? error.message : String(error);
  }
}

function stopDrawing(): void {
  draft.value = null;
  tool.value = "choose";
}

export function ZonesPanel() {
  const known = zones.value as Zones;
  const form = useSignal<ZoneForm>({ ...NEW_ZONE });
  useEffect(() => stopDrawing, []);
  const isDrawing = draft.value !== null || tool.value === "draw-zone";
  return (
    <aside class="side zones" aria-labelledby="zones-title" data-testid="zones-panel">
      <header>
        <h2 id="zones-title">{text("zones.title")}</h2>
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
        void put(withoutZone(zones, name)).then((words) => {
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

const FIGURES = ["floor_m", "ceiling_m", "required_lead_s"] as const;

function ZoneEditor({ zones, form }: Props) {
  const trouble = useSignal<string | null>(null);
  const isAsking = useSignal(false);
  const shape = draft.value;
  const wrong = shape?.trouble ?? (shape === null ? "too-few-corners" : null);
  const save = async (event: Event) => {
    event.preventDefault();
    if (shape === null || wrong !== null || isAsking.value) return;
    isAsking.value = true;
    trouble.value = await put(withZone(zones, shape.zone, form.value, shape.corners));
    isAsking.value = false;
    if (trouble.value === null) {
      stopDrawing();
      zonesCount.value += 1;
    }
  };
  return (
    <form onSubmit={save} data-testid="zone-editor">
      <p>{text("zones.how")}</p>
      <label>
        {text("zones.name")}
        <input
          type="text"
          required
          maxLength={100}
          value={form.value.name}
          onInput={(event) => {
            form.value = { ...form.value, name: event.currentTarget.value };
          }}
          data-testid="zone-name"
        />
      </label>
      {FIGURES.map((key) => (
        <label key={key}>
          {text(`zones.${key}`)}
          <input
            type="number"
            required
            value={form.value[key]}
            onInput={(event) => {
              const value = event.currentTarget.valueAsNumber;
              if (Number.isFinite(value)) form.value = { ...form.value, [key]: value };
            }}
            data-testid={`zone-${key}`}
          />
        </label>
      ))}
      {wrong !== null && (
        <p class="small" role="status" data-testid="zone-shape">
          {text(`zones.${wrong}`)}
        </p>
      )}
      <Trouble words={trouble.value} testId="zone-trouble" />
      <div class="actions">
        <button
          type="submit"
          class="button primary"
          disabled={wrong !== null || isAsking.value}
          data-testid="zone-save"
        >
          {text("zones.save")}
        </button>
        <Button onPress={stopDrawing} testId="zone-leave">
          {text("ask.leave")}
        </Button>
      </div>
      <p class="small">{text("zones.whole")}</p>
    </form>
  );
}
