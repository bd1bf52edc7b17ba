/** The map, filling its parent. MapLibre and deck.gl come after the panels: the alert list does not wait for them. */

import { useEffect, useRef } from "preact/hooks";
import { mapTrouble } from "./commands";
import "./map.css";

export function MapView() {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => show(element.current), []);
  return <div ref={element} class="map" data-testid="map" />;
}

function show(element: HTMLDivElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  if (!hasWebGl()) {
    mapTrouble.value = "no-webgl";
    return undefined;
  }
  let remove = () => {};
  let isGone = false;
  import("./chart")
    .then(({ showChart }) => {
      if (!isGone) remove = showChart(element);
    })
    .catch((error: unknown) => {
      console.error(error);
      mapTrouble.value = "not-loaded";
    });
  return () => {
    isGone = true;
    remove();
  };
}

function hasWebGl(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}
