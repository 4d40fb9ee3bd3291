// A pure function of words that remembers its latest answers: the same answers, sooner.

/** Of at most `limit` questions; when they are too many, all are forgotten. `answer` must depend on its words alone. */
export function remembering<Words extends readonly (string | undefined)[], Answer>(
  limit: number,
  answer: (...words: Words) => Answer,
): (...words: Words) => Answer {
  const answers = new Map<string, Answer>();
  return (...words) => {
    const question = words.join('\0');
    const known = answers.get(question);
    if (known !== undefined) return known;
    const fresh = answer(...words);
    if (answers.size >= limit) answers.clear();
    answers.set(question, fresh);
    return fresh;
  };
}
