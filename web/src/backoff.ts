/** How long to wait before trying again: twice as long each time, never quite the same for two pages. */

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

export class Backoff {
  private wait_ms = FIRST_MS;

  constructor(private readonly chance: () => number = Math.random) {}

  next_ms(): number {
    const wait = this.wait_ms;
    this.wait_ms = Math.min(2 * wait, LONGEST_MS);
    return wait * (0.5 + 0.5 * this.chance());
  }

  reset(): void {
    this.wait_ms = FIRST_MS;
  }
}
