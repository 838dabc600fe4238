import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { "define.amd": "false" },
  test: {
    environment: "happy-dom",
    include: ["**/*.test.ts"],
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
