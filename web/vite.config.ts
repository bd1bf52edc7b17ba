/** Builds the page into the Python package, from where the service serves it and the wheel takes it. */

import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const SERVICE = process.env["TOCSIN_SERVICE"] ?? "http://127.0.0.1:8080";

/** Licences ask that they go where the code goes: NOTICE has data and glyphs, licences.md every package. */
const notice: Plugin = {
  name: "notice",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "NOTICE.txt", source: readFileSync("NOTICE") });
  },
};

export default defineConfig({
  base: "./",
  plugins: [notice],
  build: {
    outDir: "../src/tocsin/outputs/web/page",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false }, // the polyfill is an inline script, which the page's policy refuses
    license: { fileName: "licences.md" },
    assetsInlineLimit: 0, // data: addresses are refused as well
    chunkSizeWarningLimit: 2500, // MapLibre and deck.gl, loaded after the panels
  },
  // `npx vite` beside a running service: the page from here, what it asks for from there
  server: { proxy: { "/v1": { target: SERVICE, ws: true } } },
});
