// The mails of the demo and what must come of each: the four syntaxes as the SMStoB documents show them, their dates
// moved to the next 12 September, and what people meet next. Texts differ, so that each SMS can be told from the others.

export const DEMO = {
  email: 'alice@example.fr',
  code: 'FGB45L',
  domain: 'sms.example.fr',
  zone: 'Europe/Paris',
  creditsMilli: 20_000,
} as const;

export interface Example {
  readonly title: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly expected: Expected;
}

interface Expected {
  /** The reply after DATA. */
  readonly code: number;
  readonly text: string;
  /** E.164. */
  readonly numbers: readonly string[];
  /** Until its date comes. */
  readonly deferred: boolean;
  /** Of all numbers together. */
  readonly costMilli: number;
}

const [ALICE, BOB] = ['+33684843556', '+33660919010'];
const LONG =
  'The long one: the lift of building B is out of order until Thursday. Please use the stairs on the north side; the ' +
  'porter helps with parcels from 8 to 18 h. We are sorry for the trouble and thank you for your patience.';

/** `HHmmddMMyyyy` for 15:30 on the next 12 September that is more than a day away. */
function dateOfTheDocuments(nowMs: number): string {
  const year = new Date(nowMs).getUTCFullYear();
  return `15301209${nowMs < Date.UTC(year, 8, 11) ? year : year + 1}`;
}

function sms(text: string, more: Partial<Expected> = {}): Expected {
  return { code: 250, text, numbers: [ALICE], deferred: false, costMilli: 1000, ...more };
}

export function examples(nowMs: number): readonly Example[] {
  return [...documented(dateOfTheDocuments(nowMs)), ...everyday()];
}

/** As the SMStoB documents show the four syntaxes. */
function documented(date: string): readonly Example[] {
  const { code, domain } = DEMO;
  return [
    {
      title: 'Syntax 1, two numbers, deferred',
      to: `sms@${domain}`,
      subject: `${code}:0684843556-0660919010:${date}`,
      body: 'Syntax 1: the meeting is at 16:00.',
      expected: sms('Syntax 1: the meeting is at 16:00.', { numbers: [ALICE, BOB], deferred: true, costMilli: 2000 }),
    },
    {
      title: 'Syntax 2, deferred',
      to: `sms.${code}@${domain}`,
      subject: `0684843556:${date}`,
      body: 'Syntax 2 : café à volonté, 5 € l’entrée.',
      expected: sms("Syntax 2 : café à volonté, 5 € l'entrée.", { deferred: true }),
    },
    {
      title: 'Syntax 3, deferred',
      to: `${code}.0684843556@${domain}`,
      subject: date,
      body: 'Syntax 3: the date alone stands in the subject.',
      expected: sms('Syntax 3: the date alone stands in the subject.', { deferred: true }),
    },
    {
      title: 'Syntax 4, the subject is the text',
      to: `0684843556.${code}@${domain}`,
      subject: 'Syntax 4: the server is up.',
      body: 'Nobody reads this.',
      expected: sms('Syntax 4: the server is up.'),
    },
  ];
}

function everyday(): readonly Example[] {
  const { code, domain } = DEMO;
  return [
    {
      title: 'Syntax 3 at once',
      to: `${code}.0660919010@${domain}`,
      subject: '',
      body: 'No date: it leaves at once.\n\n-- \nAlice Martin\nExample Ltd',
      expected: sms('No date: it leaves at once.', { numbers: [BOB] }),
    },
    {
      title: 'A long text: two parts',
      to: `sms.${code}@${domain}`,
      subject: '0684843556',
      body: LONG,
      expected: sms(LONG, { costMilli: 2000 }),
    },
    {
      title: 'The text between <SMS> and </SMS>',
      to: `${code}.0684843556@${domain}`,
      subject: '',
      body: 'Hello,\n<SMS>Only this part is sent.</SMS>\nKind regards\nAlice',
      expected: sms('Only this part is sent.'),
    },
    {
      title: 'A wrong code: refused',
      to: `sms@${domain}`,
      subject: 'WR0NG1:0684843556',
      body: 'Nobody gets this.',
      expected: sms('Nobody gets this.', { code: 550, numbers: [], costMilli: 0 }),
    },
  ];
}
