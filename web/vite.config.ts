import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // Inlined data: URLs would need exceptions in the content security policy.
    assetsInlineLimit: 0,
    // livekit-client alone is 500 kB before compression; it is loaded lazily.
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: "jsdom",
    include: ["test/**/*.test.{ts,tsx}"],
    setupFiles: ["test/setup.ts"],
    css: false,
    // A check of a whole screen's accessibility takes a second, and many times that on a busy machine.
    testTimeout: 60_000,
  },
});
