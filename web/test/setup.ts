/** What jsdom lacks of a browser: sizes, media streams, playing, windows over the page. */

import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// A page's code is fetched when it is needed; on a busy machine that takes more than the usual second.
configure({ asyncUtilTimeout: 10_000 });

class FixedSize implements ResizeObserver {
  observe(): void {
    // The size never changes here.
  }
  unobserve(): void {
    // Nothing was kept.
  }
  disconnect(): void {
    // Nothing was kept.
  }
}

vi.stubGlobal("ResizeObserver", FixedSize);
vi.stubGlobal("MediaStream", class {});
vi.stubGlobal("matchMedia", (media: string) => ({
  media,
  matches: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));
Object.defineProperties(HTMLElement.prototype, {
  clientWidth: { configurable: true, get: () => 1200 },
  clientHeight: { configurable: true, get: () => 700 },
});
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};
// Asked by the accessibility check only, which copes without.
HTMLCanvasElement.prototype.getContext = () => null;
Object.defineProperty(HTMLMediaElement.prototype, "srcObject", { configurable: true, writable: true, value: null });

afterEach(() => {
  cleanup();
  window.localStorage.clear();
});
