import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/peers/**'],
    setupFiles: ['test/support/seed.ts'],
    // A deadline only: what is right is done long before, also on a machine with other work.
    testTimeout: 90_000,
  },
});
