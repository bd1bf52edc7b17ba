/** All tracks in one draw call: deck.gl's scatterplot, whose circles are cut to the shape of each class.

The fill tells the height, the outline how sure it is (solid, dashed, hollow once it is lost), rings around it the
level of its alert, brackets that it is chosen. */

import { ScatterplotLayer, type ScatterplotLayerProps } from "@deck.gl/layers";
import { SHAPE_NAMES, shapeOf } from "./symbol-shapes";

/** Bits of a mark's style. */
export const DASHED = 1;
export const HOLLOW = 2;
/** It tells who it is: a dot in its middle. */
export const DOTTED = 4;
export const CHOSEN = 8;

/** How much farther than the symbol its quad reaches; with rings or brackets it needs more room. */
export const REACH = 1.4;
export const RINGED_REACH = 2.75;

const CORNERS = SHAPE_NAMES.flatMap((name) => shapeOf(name).corners ?? []);
const STARTS = SHAPE_NAMES.map((_, index) =>
  SHAPE_NAMES.slice(0, index).reduce((sum, name) => sum + (shapeOf(name).corners?.length ?? 0), 0),
);
const COUNTS = SHAPE_NAMES.map((name) => shapeOf(name).corners?.length ?? 0);
const glslList = (type: string, values: readonly string[]) => `${type}[](${values.join(", ")})`;
const float = (value: number) => value.toFixed(4);

const VERTEX = {
  "vs:#decl": `
in vec4 instanceMarks;
in vec4 instanceRingColors;
flat out vec4 vMark;
flat out vec4 vRingColor;
`,
  "vs:#main-end": `
vMark = instanceMarks;
vRingColor = instanceRingColors;
`,
};

/** Signed distance to a polygon: Quilez, "2D distance functions", sdPolygon. */
const FRAGMENT = `#version 300 es
#define SHADER_NAME track-symbols
precision highp float;
in vec4 vFillColor;
in vec4 vLineColor;
in vec2 unitPosition;
in float innerUnitRadius;
in float outerRadiusPixels;
flat in vec4 vMark;
flat in vec4 vRingColor;
out vec4 fragColor;

const vec2 corners[${CORNERS.length}] = ${glslList(
  "vec2",
  CORNERS.map(([x, y]) => `vec2(${float(x)}, ${float(y)})`),
)};
const int starts[${STARTS.length}] = ${glslList("int", STARTS.map(String))};
const int counts[${COUNTS.length}] = ${glslList("int", COUNTS.map(String))};

float polygonDistance(vec2 p, int start, int count) {
  float nearest = dot(p - corners[start], p - corners[start]);
  float side = 1.0;
  for (int i = 0, j = count - 1; i < count; j = i, i++) {
    vec2 a = corners[start + i];
    vec2 b = corners[start + j];
    vec2 e = b - a;
    vec2 w = p - a;
    vec2 d = w - e * clamp(dot(w, e) / dot(e, e), 0.0, 1.0);
    nearest = min(nearest, dot(d, d));
    bvec3 crossing = bvec3(p.y >= a.y, p.y < b.y, e.x * w.y > e.y * w.x);
    if (all(crossing) || all(not(crossing))) side = -side;
  }
  return side * sqrt(nearest);
}

vec4 over(vec4 top, float share, vec4 under) {
  float alpha = top.a * clamp(share, 0.0, 1.0);
  float sum = alpha + under.a * (1.0 - alpha);
  return sum <= 0.0 ? vec4(0.0) : vec4((top.rgb * alpha + under.rgb * under.a * (1.0 - alpha)) / sum, sum);
}

float ring(float distance, float radius, float halfWidth) {
  return halfWidth + 0.5 - abs(distance - radius);
}

void main(void) {
  int style = int(vMark.z);
  int level = int(vMark.w);
  bool chosen = (style & ${CHOSEN}) != 0;
  float radius = outerRadiusPixels / (level > 0 || chosen ? ${float(RINGED_REACH)} : ${float(REACH)});
  vec2 pixel = unitPosition * outerRadiusPixels;
  float c = cos(vMark.y);
  float s = sin(vMark.y);
  vec2 p = vec2(c * pixel.x - s * pixel.y, s * pixel.x + c * pixel.y) / radius;
  int shape = int(vMark.x);
  // Far outside, how far does not matter.
  bool isCircle = counts[shape] == 0 || length(p) > 1.6;
  float edge = (isCircle ? length(p) - 0.8 : polygonDistance(p, starts[shape], counts[shape])) * radius;
  bool dashed = (style & ${DASHED}) != 0;
  bool hollow = (style & ${HOLLOW}) != 0;
  float dash = dashed && fract((atan(p.y, p.x) / 6.2832 + 0.5) * 10.0) > 0.55 ? 0.0 : 1.0;
  vec4 paper = vec4(1.0 - vLineColor.rgb, vLineColor.a);
  vec4 color = vec4(0.0);
  float far = length(pixel);
  for (int i = 1; i <= 3; i++) {
    if (i > level) break;
    float at = radius * (1.15 + 0.38 * float(i));
    color = over(paper, 0.6 * ring(far, at, 2.0), color);
    color = over(vRingColor, ring(far, at, 1.1), color);
  }
  if (chosen) {
    vec2 box = abs(pixel) - vec2(radius * 1.9);
    float frame = max(box.x, box.y);
    float corner = min(abs(pixel.x), abs(pixel.y)) - radius * 1.1;
    if (corner > 0.0) color = over(vLineColor, ring(frame, 0.0, 1.2), color);
  }
  color = over(paper, 0.75 * (2.6 - edge), color);
  color = over(vLineColor, (1.6 - edge) * dash, color);
  color = over(hollow ? paper : vFillColor, 0.5 - edge, color);
  if ((style & ${DOTTED}) != 0) color = over(paper, 2.2 - far, color);
  fragColor = color;
  if (fragColor.a < 0.01) discard;
  DECKGL_FILTER_COLOR(fragColor, geometry);
}
`;

export class SymbolLayer extends ScatterplotLayer<unknown, SymbolLayerProps> {
  static override layerName = "SymbolLayer";
  static override defaultProps = {
    getMark: { type: "accessor", value: [0, 0, 0, 0] },
    getRingColor: { type: "accessor", value: [0, 0, 0, 0] },
  } as never;

  override getShaders() {
    return { ...super.getShaders(), fs: FRAGMENT, inject: VERTEX };
  }

  override initializeState(): void {
    super.initializeState();
    this.getAttributeManager()?.addInstanced({
      /** [number of the shape, course in radians, style, level] */
      instanceMarks: { size: 4, accessor: "getMark", defaultValue: [0, 0, 0, 0] },
      instanceRingColors: { size: 4, type: "unorm8", accessor: "getRingColor", defaultValue: [0, 0, 0, 0] },
    });
  }
}

export type SymbolLayerProps = { getMark?: unknown; getRingColor?: unknown } & Partial<ScatterplotLayerProps>;
