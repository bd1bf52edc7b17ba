import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { language } from "../../src/state";
import english from "../../src/texts/en.json";
import { counted, filled, LANGUAGES, named, plain, text } from "../../src/texts/texts";

const SOURCE = join(import.meta.dirname, "../../src");
const places = (words: string) => [...words.matchAll(/\{\w+\}/g)].map(String).sort();

afterEach(() => {
  language.value = "en";
});

describe("every language", () => {
  test("is there in English and Korean", () => {
    expect([...LANGUAGES.keys()]).toEqual(expect.arrayContaining(["en", "ko"]));
  });

  test.each([...LANGUAGES])("%s has all texts of English, with the same places to fill in", (_, texts) => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort());
    for (const [key, words] of Object.entries(english)) {
      expect([key, ...places(texts[key as keyof typeof english])]).toEqual([key, ...places(words)]);
    }
  });

  test("has no text that nothing shows", () => {
    const code = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => readFileSync(join(SOURCE, file), "utf8"))
      .join("\n");
    const unused = Object.keys(english).filter((key) => {
      const stem = key.replace(/\.(one|other)$/, "");
      const folder = stem.slice(0, stem.indexOf("."));
      const isNamed = ["class", "kind", "level", "state", "deed", "said"].includes(folder);
      return (
        !isNamed && !code.includes(`"${stem}"`) && !code.includes(`\`${folder}.\${`) && !code.includes(key)
      );
    });
    expect(unused).toEqual([]);
  });
});

describe("a text", () => {
  test("is filled in, and keeps a place of which nothing is known", () => {
    expect(filled("{a} of {b}", { a: 1 })).toBe("1 of {b}");
  });

  test("is of the chosen language, and English where there is none such", () => {
    language.value = "ko";
    expect(text("act.acknowledge")).toBe("접수 확인");
    language.value = "xx";
    expect(text("act.acknowledge")).toBe("Acknowledge");
  });

  test("of a number follows the number", () => {
    expect(counted("alerts.open", 1)).toBe("1 open alert");
    expect(counted("alerts.open", 4)).toBe("4 open alerts");
  });

  test("of the server names classes as people say them, in its language", () => {
    language.value = "ko";
    expect(plain("warning: small_piston_fixed_wing (0.82) in 3 min; rule by_night")).toBe(
      "warning: small piston aeroplane drone (0.82) in 3 min; rule by_night",
    );
  });

  test("of a name that is not known is the name, as people write it", () => {
    expect(named("class", "flying_saucer")).toBe("flying saucer");
  });
});
