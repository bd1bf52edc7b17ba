/** Whose maps are shown: where a licence asks for it, it stands on the map. */

const NATURAL_EARTH = "Natural Earth";

export class Credit {
  private readonly element = document.createElement("div");

  constructor(text = NATURAL_EARTH) {
    this.element.className = "map-credit";
    this.say(text);
  }

  /** A text, never markup: it may come from a file of the site. */
  say(text: string): void {
    this.element.textContent = text.replace(/<[^>]*>/g, "").trim() || NATURAL_EARTH;
  }

  onAdd(): HTMLElement {
    return this.element;
  }

  onRemove(): void {
    this.element.remove();
  }
}
