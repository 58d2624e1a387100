/** One step of the schema. Steps are appended and never edited: people have run them. */
export interface Migration {
  readonly version: number
  readonly reason: string
  readonly sql: string
}

export const migrations: readonly Migration[] = [
  {
    version: 1,
    reason: 'keys of others, sessions of browsers, records of requests, last snapshots of clusters',
    sql: `
      CREATE TABLE keys (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        created_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER,
        revoked_at_ms INTEGER
      ) STRICT;
      CREATE TABLE sessions (
        hash TEXT PRIMARY KEY,
        created_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE requests (
        id TEXT NOT NULL,
        started_at_ms INTEGER NOT NULL,
        identity TEXT,
        door TEXT NOT NULL,
        route TEXT NOT NULL,
        model TEXT,
        cluster TEXT,
        attempts INTEGER NOT NULL,
        status INTEGER NOT NULL,
        error_code TEXT,
        is_streamed INTEGER NOT NULL,
        first_byte_ms REAL,
        total_ms REAL NOT NULL,
        prompt_tokens INTEGER,
        completion_tokens INTEGER,
        is_usage_estimated INTEGER
      ) STRICT;
      CREATE INDEX requests_by_time ON requests (started_at_ms);
      CREATE TABLE cluster_snapshots (
        cluster TEXT PRIMARY KEY,
        snapshot TEXT NOT NULL
      ) STRICT;
    `,
  },
  {
    version: 2,
    reason: 'what keys may do and when they were last used, answers kept for previous_response_id, fields that clusters refused',
    sql: `
      ALTER TABLE keys ADD COLUMN scopes TEXT;
      ALTER TABLE keys ADD COLUMN last_used_at_ms INTEGER;
      CREATE TABLE responses (
        id TEXT PRIMARY KEY,
        identity TEXT NOT NULL,
        expires_at_ms INTEGER NOT NULL,
        response TEXT NOT NULL,
        turns TEXT NOT NULL
      ) STRICT;
      CREATE INDEX responses_by_expiry ON responses (expires_at_ms);
      CREATE TABLE refused_fields (
        cluster TEXT NOT NULL,
        operation TEXT NOT NULL,
        field TEXT NOT NULL,
        PRIMARY KEY (cluster, operation, field)
      ) STRICT;
    `,
  },
]
