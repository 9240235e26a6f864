import { openJson, type SealedPlace, sealJson } from '../../src/crypto/envelope.ts';
import type { KeyRing } from '../../src/crypto/key-ring.ts';
import { reportFault } from '../../src/errors.ts';
import { tenantObjectName } from '../../src/session-key/internal-bearer.ts';
import { type Labels, METRICS, type MetricName, OTHER } from '../../src/telemetry/metric.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY,
    metric TEXT NOT NULL,
    -- JSON, sealed: names of tools are what servers say.
    labels BLOB NOT NULL,
    -- Of a counter; of the histogram the sum, in seconds.
    value REAL NOT NULL DEFAULT 0,
    -- Of the histogram, JSON: a count for each bucket.
    counts TEXT
  ) STRICT;
`;

/** How many series a metric has at most. */
const MAX_SERIES = 5000;

/** One line of figures. */
export interface Series {
  readonly id: number;
  readonly metric: MetricName;
  readonly labels: Labels;
}

/** Which series there are, each with a number; those that would be too many are one. */
export class SeriesStore {
  readonly #sql: SqlStorage;
  readonly #keyRing: KeyRing;
  readonly #tenant: string;
  readonly #maxTools: number;
  readonly #known = new Map<string, Series>();
  readonly #sizes = new Map<MetricName, number>();
  readonly #tools = new Map<string, Set<string>>();

  /** @param maxTools how many tools of one server are told apart. */
  constructor(sql: SqlStorage, keyRing: KeyRing, tenant: string, maxTools: number) {
    this.#sql = sql;
    this.#keyRing = keyRing;
    this.#tenant = tenant;
    this.#maxTools = maxTools;
    sql.exec(SCHEMA);
    for (const row of sql.exec<SeriesRow>('SELECT id, metric, labels FROM series').toArray()) this.#load(row);
  }

  get all(): readonly Series[] {
    return [...this.#known.values()];
  }

  /** The series of some labels, made where there is none yet. */
  of(metric: MetricName, labels: Labels): Series {
    const bounded = this.#bounded(metric, labels);
    return this.#known.get(keyOf(metric, bounded)) ?? this.#create(metric, bounded);
  }

  #bounded(metric: MetricName, labels: Labels): Labels {
    if (this.#known.has(keyOf(metric, labels))) return labels;
    const few = this.#withFewTools(metric, labels);
    const isFull = (this.#sizes.get(metric) ?? 0) >= MAX_SERIES;
    return isFull && !this.#known.has(keyOf(metric, few)) ? labels.map(() => OTHER) : few;
  }

  #withFewTools(metric: MetricName, labels: Labels): Labels {
    const [server, at] = toolPlace(metric, labels);
    if (at === -1) return labels;
    const tools = this.#tools.get(server) ?? new Set();
    if (tools.has(labels[at] ?? '') || tools.size < this.#maxTools) return labels;
    return labels.with(at, OTHER);
  }

  #create(metric: MetricName, labels: Labels): Series {
    const empty = new Uint8Array();
    const statement = 'INSERT INTO series (metric, labels) VALUES (?, ?) RETURNING id';
    const { id } = this.#sql.exec<{ id: number }>(statement, metric, empty.buffer).one();
    this.#seal(id, labels);
    return this.#remember({ id, metric, labels });
  }

  #remember(series: Series): Series {
    const { metric, labels } = series;
    this.#known.set(keyOf(metric, labels), series);
    this.#sizes.set(metric, (this.#sizes.get(metric) ?? 0) + 1);
    const [server, at] = toolPlace(metric, labels);
    if (at !== -1) this.#tools.set(server, (this.#tools.get(server) ?? new Set()).add(labels[at] ?? ''));
    return series;
  }

  /** A series whose labels cannot be opened is left out; it counts anew. What an older key has sealed is sealed anew. */
  #load({ id, metric, labels: sealed }: SeriesRow): void {
    let usedKid = '';
    const findKey = (kid: string) => {
      usedKid = kid;
      return this.#key(kid);
    };
    try {
      const labels = openJson<Labels>(findKey, this.#place(id), new Uint8Array(sealed));
      if (usedKid !== this.#keyRing.current) this.#seal(id, labels);
      if (Object.hasOwn(METRICS, metric)) this.#remember({ id, metric: metric as MetricName, labels });
    } catch (error) {
      reportFault('series_unreadable', error);
    }
  }

  #seal(id: number, labels: Labels): void {
    const kid = this.#keyRing.current;
    const sealed = sealJson({ kid, key: this.#key(kid) }, this.#place(id), labels);
    this.#sql.exec('UPDATE series SET labels = ? WHERE id = ?', sealed.buffer, id);
  }

  #key(kid: string): Uint8Array {
    return this.#keyRing.derive(kid, 'metrics');
  }

  #place(id: number): SealedPlace {
    const object = tenantObjectName(this.#tenant);
    return {
      store: 'metrics',
      table: 'series',
      tenant: this.#tenant,
      subject: '',
      object,
      row: String(id),
      column: 'labels',
    };
  }
}

/** The server whose tool the labels name, and which of them does; -1 for none. */
function toolPlace(metric: MetricName, labels: Labels): [server: string, at: number] {
  const names: readonly string[] = METRICS[metric].labels;
  return [labels[names.indexOf('server')] ?? '', names.indexOf('tool')];
}

function keyOf(metric: MetricName, labels: Labels): string {
  return JSON.stringify([metric, labels]);
}

type SeriesRow = { id: number; metric: string; labels: ArrayBuffer };
