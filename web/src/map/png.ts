/** The map as it is seen, as one image: MapLibre's canvas, the tracks over it, and what it shows and when. */

import type { Map as Chart } from "maplibre-gl";
import { bootstrap, clock } from "../state";
import type { Overlay } from "./overlay";

/** Both canvases are read in the moment in which they were drawn: later their content may be gone. */
export function mapPng(chart: Chart, overlay: Overlay): Promise<Blob> {
  return new Promise((resolve, reject) => {
    chart.once("render", () => {
      const below = chart.getCanvas();
      const image = document.createElement("canvas");
      image.width = below.width;
      image.height = below.height;
      const context = image.getContext("2d");
      if (context === null) return reject(new Error("this browser draws no images"));
      context.drawImage(below, 0, 0);
      const above = overlay.canvas();
      if (above) context.drawImage(above, 0, 0, below.width, below.height);
      caption(context, below.width / Math.max(1, below.clientWidth));
      image.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("the image can't be written"))),
        "image/png",
      );
    });
    chart.triggerRepaint();
  });
}

function caption(context: CanvasRenderingContext2D, scale: number): void {
  const site = bootstrap.peek()?.site;
  const time_s = clock.peek()?.time_s;
  const when = time_s === undefined ? "" : new Date(1000 * time_s).toISOString().replace(/\.\d+Z$/, "Z");
  const words = `${site?.name ?? "tocsin"}  ${when}  ${site?.status ?? ""}`.trim();
  context.font = `${14 * scale}px "Noto Sans KR Variable", sans-serif`;
  const width = context.measureText(words).width + 16 * scale;
  context.fillStyle = "rgba(0, 0, 0, 0.75)";
  context.fillRect(0, 0, width, 26 * scale);
  context.fillStyle = "#ffffff";
  context.fillText(words, 8 * scale, 18 * scale);
}
