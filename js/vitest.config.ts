import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { "define.amd": "false" },
  test: {
    environment: "happy-dom",
    include: ["**/*.test.ts"],
    // A world of its own for each file, without loading the environment anew for each: that takes most of the time.
    // With a single worker, which is what two processors give, all files would be put into one world.
    pool: "vmThreads",
    maxWorkers: 2,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
