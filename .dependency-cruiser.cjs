// Who may import what: the rules of ARCHITECTURE.md, each with its reason. `npm run rules` checks them.
// Type-only imports count: a type that crosses a border ties both sides together as well.

const { readdirSync } = require('node:fs');
const path = require('node:path');

const { dependencies } = require('./package.json');

const ADAPTERS = 'mail|store|carriers|config|control|sendmail';
const LONE_ADAPTERS = 'log|clock|ids|secrets|guard|rates|share-warnings|webhook|store-watch';
/** The three stories, who sends (a part of the first, in two ways), and what they share: the loop, the recorder. */
const STORIES =
  'accept|prove|prepare|read-numbers|intake-result|authenticate|deliver|report|replies|remind|settle|retain|pump|recorder|clock-watch';
/** These put everything together and may import everything. */
const ROOTS =
  'main|loops|parts|data-folder|ways-in|spool|tls-files|demo-account|shares|signing-key|kept-files|open-files|erasure-log|cli|demo';
const CORE_AND_PORTS = ['^src/core/', '^src/(store-port|ports)\\.ts$'];

/** Each package of `dependencies` and the only places that import it. */
const HOMES = {
  luxon: { home: '^src/core/', reason: 'time zones are decided in the core' },
  'libphonenumber-js': { home: '^src/core/', reason: 'numbers are read in the core' },
  'smtp-server': { home: '^src/mail/', reason: 'its types and its errors stay behind the mail adapter' },
  '@zone-eu/mailsplit': { home: '^src/mail/', reason: 'mails are taken apart in one place' },
  mailauth: { home: '^src/mail/', reason: 'senders are verified in one place (mail/verify.ts)' },
  'html-to-text': { home: '^src/mail/', reason: 'HTML is made text inside the killable thread, never elsewhere' },
  'iconv-lite': { home: '^src/mail/', reason: 'one table of charsets (mail/charset.ts), for CSV files too' },
  piscina: { home: '^src/mail/', reason: 'only the parser works in threads of a pool' },
  nodemailer: {
    home: '^src/(mail|demo)/',
    reason: 'mails to people leave by the mail adapter; the demo plays the mail client, which the daemon never is',
  },
  'better-sqlite3': { home: '^src/store/', reason: 'only the store touches the database' },
  kysely: { home: '^src/store/', reason: 'only the store writes queries' },
  mailauth: { home: '^src/mail/', reason: 'who really sent a mail is asked where the mail comes in' },
  undici: { home: '^src/carriers/http/', reason: 'providers are called from one place, with its limits' },
  fastify: { home: '^src/carriers/http/', reason: 'the only listener for HTTP is the one that providers report to' },
  pino: { home: '^src/log\\.ts$', reason: 'everything else logs through the port, where secrets are masked' },
  zod: {
    home: '^src/(config|cli/operations)/',
    reason: 'JSON and YAML from outside come in at two doors: the configuration and the operations',
  },
  yaml: {
    home: '^src/(config/|parts\\.ts$|cli/config\\.ts$)',
    reason: 'the configuration is YAML; so are the price table (parts.ts) and what `config show` prints',
  },
  commander: { home: '^src/cli/', reason: 'words typed by a person are read in the command line only' },
  'csv-parse': { home: '^src/cli/', reason: 'contact files are read in the command line only' },
};

const ruled = `core|ports|store-port|${ADAPTERS}|${LONE_ADAPTERS}|${STORIES}|${ROOTS}`.split('|');
const unruled = readdirSync(path.join(__dirname, 'src')).filter((name) => !ruled.includes(name.replace(/\.ts$/, '')));
if (unruled.length > 0) throw new Error(`no rule in .dependency-cruiser.cjs for: src/${unruled.join(', src/')}`);
const homeless = Object.keys(dependencies).filter((name) => !Object.hasOwn(HOMES, name));
if (homeless.length > 0) throw new Error(`no home in .dependency-cruiser.cjs for: ${homeless.join(', ')}`);

const escaped = (name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
/** A package and its types, wherever npm has put them. */
const packagePath = (name) =>
  `(^|/)node_modules/(${escaped(name)}|@types/${escaped(name.replace(/^@([^/]+)\//, '$1__'))})/`;

const homeRules = Object.entries(HOMES).map(([name, { home, reason }]) => ({
  name: `home-of-${name.replace(/^@/, '').replace('/', '-')}`,
  comment: `One npm package has one home: ${reason}.`,
  severity: 'error',
  from: { path: '^src/', pathNot: home },
  to: { path: packagePath(name) },
}));

const coreRules = [
  {
    name: 'core-is-pure',
    comment: 'The core decides and nothing else; what it imported of the shell would bring I/O with it.',
    severity: 'error',
    from: { path: '^src/core/' },
    to: { path: '^src/', pathNot: '^src/core/' },
  },
  {
    name: 'core-without-node',
    comment: 'No file, no network, no clock, no chance in the core: what it needs of the world is given to it.',
    severity: 'error',
    from: { path: '^src/core/' },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'core-packages',
    comment: 'luxon and libphonenumber-js/max only; the smaller metadata call 0899 and overseas numbers wrong.',
    severity: 'error',
    from: { path: '^src/core/' },
    to: {
      path: 'node_modules/',
      pathNot: ['node_modules/(@types/)?luxon/', 'node_modules/libphonenumber-js/max/'],
    },
  },
];

const shellRules = [
  {
    name: 'ports-are-types',
    comment: 'The ports say what the stories ask of the world in the words of the core; they hold no code.',
    severity: 'error',
    from: { path: '^src/(store-port|ports)\\.ts$' },
    to: { dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'ports-know-the-core-only',
    comment: 'A port that named an adapter would choose it.',
    severity: 'error',
    from: { path: '^src/(store-port|ports)\\.ts$' },
    to: { pathNot: CORE_AND_PORTS },
  },
  {
    name: 'stories-through-ports',
    comment: 'The stories are read first: they show the way of the data, not how SMTP, SQL or a carrier work.',
    severity: 'error',
    from: { path: `^src/(${STORIES})\\.ts$` },
    to: { pathNot: [...CORE_AND_PORTS, '^src/(pump|recorder|prove|prepare|read-numbers|intake-result)\\.ts$'] },
  },
  {
    name: 'adapters-apart',
    comment: 'An adapter can be replaced as long as no other adapter and no story knows it; main.ts joins them.',
    severity: 'error',
    from: { path: `^src/(${ADAPTERS})/` },
    to: { path: '^src/', pathNot: [...CORE_AND_PORTS, '^src/$1/'] },
  },
  {
    name: 'lone-adapters-apart',
    comment: 'As adapters-apart, for the adapters that are one file.',
    severity: 'error',
    from: { path: `^src/(${LONE_ADAPTERS})\\.ts$` },
    to: { path: '^src/', pathNot: CORE_AND_PORTS },
  },
];

const everywhereRules = [
  {
    name: 'no-cycle',
    comment: 'In a circle nothing can be understood, tested or loaded first.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphan',
    comment: 'A file that nothing imports and that imports nothing is forgotten.',
    severity: 'error',
    from: { path: '^src/', orphan: true },
    to: {},
  },
  {
    name: 'no-barrel',
    comment: 'Import a thing from the file that holds it: a barrel loads everything and hides who needs what.',
    severity: 'error',
    from: {},
    to: { path: '^src/.*/index\\.ts$' },
  },
  {
    name: 'nothing-from-tests',
    comment: 'What runs in production is not written for tests, nor for benchmarks, nor beside the build.',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^(test|bench|scripts|bin|dist)/' },
  },
  {
    name: 'no-development-package',
    comment: '`npm ci --omit=dev` must be enough to run.',
    severity: 'error',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
  },
  {
    name: 'declared-and-found',
    comment: 'A package that package.json does not name is there by luck only.',
    severity: 'error',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
  },
];

module.exports = {
  forbidden: [...coreRules, ...shellRules, ...homeRules, ...everywhereRules],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'types'] },
  },
};
