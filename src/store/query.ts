// Queries are written once with Kysely, typed against the schema, compiled once for each engine and prepared once for
// each connection: `query<{id: string}>()((db, p) => db.selectFrom('orders').where('id', '=', p.id).selectAll())`.
// `p.name` stands for the value that a later call binds. Nothing here runs a query.

import { sql, type CompiledQuery, type Kysely, type RawBuilder } from 'kysely';

import type { Schema } from './schema.js';

export type Params = Readonly<Record<string, string | number | null>>;

interface Compilable<Row> {
  compile(): CompiledQuery<Row>;
}

/** A query with named parameters `P` and rows `Row`; its identity is the key of the statement caches. */
export interface Query<P, Row> {
  readonly compile: (db: Kysely<Schema>) => CompiledQuery<Row>;
  /** Only for the type checker. */
  readonly params?: P;
}

/** What stands in a compiled query for a value to come. */
class Placeholder {
  constructor(readonly name: string) {}
}

/** `p.anything` is a placeholder of that name. */
const PLACEHOLDERS = new Proxy({}, { get: (_target, name) => new Placeholder(String(name)) });

export type NoParams = Readonly<Record<string, never>>;

export function query<P extends Params = NoParams>() {
  return <Row>(build: (db: Kysely<Schema>, p: P) => Compilable<Row>): Query<P, Row> => ({
    compile: (db) => build(db, PLACEHOLDERS as P).compile(),
  });
}

/** A list that is bound as one value, a JSON array: as many statements for a thousand rows as for one. */
export function listed<T extends string | number>(json: string): RawBuilder<T> {
  return sql<T>`(select value from json_each(${json}))`;
}

/** The texts as literals, as a partial index has them: a bound value never matches its WHERE. */
export function literals<const T extends string>(texts: readonly T[]): RawBuilder<T> {
  return sql<T>`(${sql.join(texts.map((text) => sql.lit(text)))})`;
}

/** The values of one call in the order in which the compiled query wants them. */
export function bind(compiled: readonly unknown[], params: Params): unknown[] {
  return compiled.map((value) => {
    if (!(value instanceof Placeholder)) return value;
    const bound = params[value.name];
    if (bound === undefined) throw new Error(`the query parameter ${value.name} was not given`);
    return bound;
  });
}

/** One open transaction, or one connection that only reads. */
export interface Session {
  get<P extends Params, Row>(query: Query<P, Row>, params: P): Promise<Row | undefined>;
  all<P extends Params, Row>(query: Query<P, Row>, params: P): Promise<Row[]>;
  /** Returns how many rows it changed. */
  run<P extends Params, Row>(query: Query<P, Row>, params: P): Promise<number>;
}
