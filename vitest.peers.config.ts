// `npm run test:peers`: real third-party mail programs against the built daemon.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/peers/**/*.test.ts'],
    globalSetup: ['test/peers/programs.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
