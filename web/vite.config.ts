import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** `npx vite` in this folder serves the console while it is being worked on, against a server at port 7788. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: "dist",
    target: "es2022",
    emptyOutDir: true,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/apis", "/yunhe", "/openapi", "/version", "/signin/session", "/signin/discovery"].map(
        (path) => [path, process.env["YUNHE_SERVER"] ?? "http://127.0.0.1:7788"],
      ),
    ),
  },
});
