import { expect, test } from 'vitest';

import { textCheck } from '../../src/core/text-check.js';

test('a byte, and the same one for the same text', () => {
  for (const text of ['', 'a', 'Rappel : 14 h 30', '🎉'.repeat(70), '\ud83c', 'x'.repeat(65_536)]) {
    const check = textCheck(text);
    expect(Number.isInteger(check) && check >= 0 && check <= 255).toBe(true);
    expect(textCheck(text.slice(0, 3) + text.slice(3))).toBe(check);
  }
});

test('texts that differ in a place or two have any of the 256, about as often', () => {
  const seen = new Map<number, number>();
  for (let order = 0; order < 25_600; order += 1) {
    const check = textCheck(`Bonjour, votre commande ${order} est prête.`);
    seen.set(check, (seen.get(check) ?? 0) + 1);
  }
  expect(seen.size).toBe(256);
  expect(Math.max(...seen.values())).toBeLessThan(200);
});
