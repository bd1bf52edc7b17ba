/** Builds the page into the Python package, from where the service serves it and the wheel takes it. */

import { defineConfig } from "vite";

const SERVICE = process.env["TOCSIN_SERVICE"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/tocsin/outputs/web/page",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false }, // the polyfill is an inline script, which the page's policy refuses
    assetsInlineLimit: 0, // data: addresses are refused as well
    chunkSizeWarningLimit: 2500, // MapLibre and deck.gl, loaded after the panels
  },
  // `npx vite` beside a running service: the page from here, what it asks for from there
  server: { proxy: { "/v1": { target: SERVICE, ws: true } } },
});
