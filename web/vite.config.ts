import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { loadEnv, type Plugin } from "vite";
import { defineConfig } from "vitest/config";

const PACKED = /\.(?:js|css|html|svg|json|webmanifest)$/;
/** Bytes from which packing saves anything. */
const WORTH = 1_000;

/** Every file of text also as .br and .gz beside it, for the server to send as they are. */
function packed(): Plugin {
  let folder = "";
  return {
    name: "packed",
    apply: "build",
    configResolved(config) { folder = join(config.root, config.build.outDir); },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        const path = join(folder, name);
        if (!PACKED.test(name) || statSync(path).size < WORTH) continue;
        const content = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(content));
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [react(), packed()],
  build: { assetsInlineLimit: 0, target: "es2023", chunkSizeWarningLimit: 900 },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": loadEnv(mode, ".", "RELATA_")["RELATA_SERVER"] ?? "http://127.0.0.1:8000" },
  },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
}));
