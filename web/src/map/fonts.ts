/** Glyphs of the map, Hangul included, from the page's own font files: a machine without internet or fonts draws them. */

import ranges from "@fontsource-variable/noto-sans-kr/unicode.json";

export const MAP_FONT = "Noto Sans KR";

interface FontFace {
  url: string;
  "unicode-range": string[];
}

const urls = import.meta.glob<string>(
  "/node_modules/@fontsource-variable/noto-sans-kr/files/*-wght-normal.woff2",
  {
    query: "?url",
    import: "default",
    eager: true,
  },
);

/** `font-faces` of a MapLibre style: one file for each part of Unicode, fetched when a text needs it. */
export function fontFaces(): Record<string, FontFace[]> {
  const faces: FontFace[] = [];
  for (const [part, range] of Object.entries(ranges as Record<string, string>)) {
    const name = `noto-sans-kr-${part.replace(/[[\]]/g, "")}-wght-normal.woff2`;
    const [, url] = Object.entries(urls).find(([path]) => path.endsWith(`/${name}`)) ?? [];
    if (url) faces.push({ url: new URL(url, document.baseURI).href, "unicode-range": range.split(",") });
  }
  return { [MAP_FONT]: faces };
}
