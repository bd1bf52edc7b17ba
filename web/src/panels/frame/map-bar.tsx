/** Over the map: what is drawn, what is filtered out, and the tools. Filters never silence an alert, and say so. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { mapCommands, measured, tool } from "../../map/commands";
import { bootstrap, hiddenClasses, highest_m, lowest_m, operator, shows } from "../../state";
import { counted, named, text } from "../../texts/texts";
import { Button, Menu, Trouble } from "../parts/controls";
import { ClassSign } from "../parts/icons";
import { distance } from "../parts/units";
import { saveMap } from "../side/report";

const LAYERS = ["labels", "trails", "rings", "coverage"] as const;

export function filterCount(): number {
  return hiddenClasses.value.size + (lowest_m.value === null ? 0 : 1) + (highest_m.value === null ? 0 : 1);
}

export function clearFilters(): void {
  hiddenClasses.value = new Set();
  lowest_m.value = null;
  highest_m.value = null;
}

export function MapBar() {
  const trouble = useSignal<string | null>(null);
  useEffect(
    () => () => {
      if (tool.peek() === "measure") tool.value = "choose";
    },
    [],
  );
  const count = filterCount();
  const picture = () => {
    trouble.value = null;
    saveMap("map").catch((error: unknown) => {
      trouble.value = error instanceof Error ? error.message : String(error);
    });
  };
  return (
    <div class="map-bar" data-testid="map-bar">
      <Menu
        summary={count > 0 ? counted("filter.on", count) : text("filter.title")}
        summaryClass={count > 0 ? "button filtered" : "button"}
        testId="filters"
      >
        <Filters />
      </Menu>
      <Menu summary={text("layers.title")} testId="layers">
        <Layers />
      </Menu>
      <Button
        pressed={tool.value === "measure"}
        hint="d"
        onPress={() => {
          tool.value = tool.value === "measure" ? "choose" : "measure";
        }}
        testId="measure"
      >
        {text("measure.title")}
      </Button>
      <Button onPress={picture} disabled={mapCommands.value === null} testId="map-png">
        {text("map.picture")}
      </Button>
      <Measured />
      <Trouble words={trouble.value} />
    </div>
  );
}

function Measured() {
  if (tool.value !== "measure") return null;
  const found = measured.value;
  if (found === null) return <output class="measured">{text("measure.how")}</output>;
  const bearing = found.bearing_deg === null ? "" : `, ${Math.round((found.bearing_deg + 360) % 360)}°`;
  return (
    <output class="measured" data-testid="measured">
      {distance(found.distance_m)}
      {bearing}
    </output>
  );
}

function Filters() {
  const classes = bootstrap.value?.classes ?? [];
  const toggle = (name: string) => {
    const hidden = new Set(hiddenClasses.value);
    if (!hidden.delete(name)) hidden.add(name);
    hiddenClasses.value = hidden;
  };
  return (
    <>
      <p class="small">{text("filter.explains")}</p>
      <div class="chips">
        {classes.map((name) => (
          <button
            key={name}
            type="button"
            class="chip"
            aria-pressed={!hiddenClasses.value.has(name)}
            onClick={() => toggle(name)}
            data-testid={`filter-${name}`}
          >
            <ClassSign name={name} /> {named("class", name)}
          </button>
        ))}
      </div>
      <HeightField name="lowest" value={lowest_m} />
      <HeightField name="highest" value={highest_m} />
      <Button onPress={clearFilters} testId="filter-clear">
        {text("filter.clear")}
      </Button>
    </>
  );
}

function HeightField({ name, value }: { name: "lowest" | "highest"; value: typeof lowest_m }) {
  return (
    <label>
      {text(`filter.${name}`)}
      <input
        type="number"
        step={50}
        value={value.value ?? ""}
        onInput={(event) => {
          const height_m = event.currentTarget.valueAsNumber;
          value.value = Number.isFinite(height_m) ? height_m : null;
        }}
        data-testid={`filter-${name}`}
      />
    </label>
  );
}

function Layers() {
  return (
    <>
      {LAYERS.map((name) => (
        <label key={name} class="choice">
          <input
            type="checkbox"
            checked={shows.value[name]}
            disabled={name === "coverage" && operator.value === null}
            onChange={(event) => {
              shows.value = { ...shows.value, [name]: event.currentTarget.checked };
            }}
            data-testid={`layer-${name}`}
          />
          {text(`layers.${name}`)}
          {name === "coverage" && operator.value === null && (
            <span class="small">{text("layers.login")}</span>
          )}
        </label>
      ))}
    </>
  );
}
