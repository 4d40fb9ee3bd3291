// Numbers as people of each language read them: `12 345,5 crédits`, `12,345.5 credits`, `1 crédit`.
// Takes whole numbers and thousandths of a credit, gives text; parts that belong together hold by no-break spaces.
// Own rules instead of Intl: the same text on every machine, whatever its language data.

import type { Lang } from './settings.js';

/** No-break space. */
export const NBSP = '\u00A0';

const SIGNS: Readonly<Record<Lang, { readonly decimal: string; readonly group: string }>> = {
  fr: { decimal: ',', group: NBSP },
  en: { decimal: '.', group: ',' },
};

export function countText(total: number, lang: Lang): string {
  return String(total).replace(/\B(?=(?:\d{3})+$)/g, SIGNS[lang].group);
}

/** At most three decimals, none that say nothing. */
export function creditsText(amountMilli: number, lang: Lang): string {
  const size = Math.abs(amountMilli);
  const rest = String(size % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '');
  const sign = amountMilli < 0 ? '-' : '';
  const amount = sign + countText(Math.trunc(size / 1000), lang) + (rest === '' ? '' : SIGNS[lang].decimal + rest);
  const unit = plural(lang, size / 1000, lang === 'fr' ? ['crédit', 'crédits'] : ['credit', 'credits']);
  return amount + NBSP + unit;
}

/** French counts as one what is less than two. */
export function plural(lang: Lang, total: number, [one, many]: readonly [string, string]): string {
  const single = lang === 'fr' ? Math.abs(total) < 2 : total === 1;
  return single ? one : many;
}
