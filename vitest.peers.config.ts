// `npm run test:peers`: real third-party mail programs against the built daemon.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/peers/**/*.test.ts'],
    globalSetup: ['test/peers/programs.ts'],
    // Deadlines only: what is right is done long before, also on a machine with other work.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Each of them starts several servers.
    maxWorkers: 2,
  },
});
