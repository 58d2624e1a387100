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
  {
    version: 3,
    reason: 'what was asked, waited for and cut short of each request; usage by hour and by day, with times in bins that add up',
    sql: `
      ALTER TABLE requests ADD COLUMN operation TEXT;
      ALTER TABLE requests ADD COLUMN framework TEXT;
      ALTER TABLE requests ADD COLUMN queued_ms REAL;
      ALTER TABLE requests ADD COLUMN is_cut INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE requests ADD COLUMN origin TEXT;
      ALTER TABLE requests ADD COLUMN is_failed INTEGER NOT NULL DEFAULT 0;
      UPDATE requests SET is_cut = error_code IS 'cancelled', is_failed = error_code IS NOT 'cancelled' AND (error_code IS NOT NULL OR status >= 400);
      CREATE INDEX requests_by_model ON requests (model, started_at_ms);
      CREATE INDEX requests_by_identity ON requests (identity, started_at_ms);
      CREATE INDEX requests_by_cluster ON requests (cluster, started_at_ms);
      CREATE INDEX requests_failed ON requests (started_at_ms) WHERE is_failed = 1;
      CREATE TABLE usage_hours (
        at_ms INTEGER NOT NULL,
        identity TEXT NOT NULL,
        model TEXT NOT NULL,
        cluster TEXT NOT NULL,
        requests INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        prompt_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL,
        estimated_requests INTEGER NOT NULL,
        first_ms_bins TEXT NOT NULL,
        total_ms_bins TEXT NOT NULL,
        PRIMARY KEY (at_ms, identity, model, cluster)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO usage_hours
        SELECT started_at_ms / 3600000 * 3600000, coalesce(identity, ''), model, coalesce(cluster, ''), count(*), sum(is_failed),
          sum(coalesce(prompt_tokens, 0)), sum(coalesce(completion_tokens, 0)), sum(coalesce(is_usage_estimated, 0)), '[]', '[]'
        FROM requests WHERE model IS NOT NULL GROUP BY 1, 2, 3, 4;
      CREATE TABLE usage_days (
        at_ms INTEGER NOT NULL,
        identity TEXT NOT NULL,
        model TEXT NOT NULL,
        cluster TEXT NOT NULL,
        requests INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        prompt_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL,
        estimated_requests INTEGER NOT NULL,
        first_ms_bins TEXT NOT NULL,
        total_ms_bins TEXT NOT NULL,
        PRIMARY KEY (at_ms, identity, model, cluster)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO usage_days
        SELECT 1000 * unixepoch(at_ms / 1000, 'unixepoch', 'localtime', 'start of day', 'utc'), identity, model, cluster, sum(requests), sum(failures),
          sum(prompt_tokens), sum(completion_tokens), sum(estimated_requests), '[]', '[]'
        FROM usage_hours GROUP BY 1, 2, 3, 4;
    `,
  },
  {
    version: 4,
    reason: 'when clusters and models changed their status, and when that was watched',
    sql: `
      CREATE TABLE status_changes (
        cluster TEXT NOT NULL,
        model TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        status TEXT NOT NULL,
        PRIMARY KEY (cluster, model, at_ms)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX status_changes_by_time ON status_changes (at_ms);
      CREATE TABLE status_watches (
        from_ms INTEGER PRIMARY KEY,
        to_ms INTEGER NOT NULL
      ) STRICT;
    `,
  },
  {
    version: 5,
    reason: 'replicas and what they went through, what admins want of deployments, how long starts took',
    sql: `
      CREATE TABLE replicas (
        id TEXT PRIMARY KEY,
        cluster TEXT NOT NULL,
        model TEXT NOT NULL,
        framework TEXT NOT NULL,
        state TEXT NOT NULL,
        since_ms INTEGER NOT NULL,
        requested_at_ms INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        handle TEXT,
        base_url TEXT,
        reason TEXT,
        log_tail TEXT,
        nodes TEXT,
        gpus TEXT,
        estimated_start_ms INTEGER,
        ends_at_ms INTEGER,
        seen_at_ms INTEGER,
        running_at_ms INTEGER,
        live_at_ms INTEGER,
        unready_since_ms INTEGER,
        asked_at_ms INTEGER
      ) STRICT;
      CREATE TABLE deployment_overrides (
        cluster TEXT NOT NULL,
        framework TEXT NOT NULL,
        model TEXT NOT NULL,
        kind TEXT NOT NULL,
        replicas INTEGER,
        at_ms INTEGER NOT NULL,
        by TEXT,
        PRIMARY KEY (cluster, framework, model)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE start_times (
        deployment TEXT PRIMARY KEY,
        queue_ms REAL NOT NULL,
        load_ms REAL NOT NULL,
        deviation_ms REAL NOT NULL,
        starts INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    version: 6,
    reason: 'files of callers and batches',
    sql: `
      CREATE TABLE files (
        id TEXT PRIMARY KEY,
        identity TEXT NOT NULL,
        purpose TEXT NOT NULL,
        filename TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        sha256 TEXT,
        created_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER
      ) STRICT;
      CREATE INDEX files_by_identity ON files (identity, created_at_ms);
      CREATE TABLE batches (
        id TEXT PRIMARY KEY,
        identity TEXT NOT NULL,
        status TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        record TEXT NOT NULL
      ) STRICT;
      CREATE INDEX batches_by_identity ON batches (identity, created_at_ms);
    `,
  },
  {
    version: 7,
    reason: 'who came in by Globus: names for records, and whose batches may go on',
    sql: `
      CREATE TABLE globus_identities (
        id TEXT PRIMARY KEY,
        identity TEXT NOT NULL,
        signed_in_at_ms INTEGER NOT NULL,
        seen_at_ms INTEGER NOT NULL,
        is_admitted INTEGER NOT NULL
      ) STRICT;
    `,
  },
  {
    version: 8,
    reason: 'batches are found by page, by whether they are open and by the order that made them',
    sql: `
      CREATE INDEX batches_by_time ON batches (created_at_ms);
      CREATE INDEX batches_open ON batches (created_at_ms) WHERE status NOT IN ('completed', 'failed', 'expired', 'cancelled');
      CREATE INDEX batches_by_outbox ON batches (identity, json_extract(record, '$.metadata.outbox_id'));
    `,
  },
  {
    version: 9,
    reason: 'replicas that are for one batch',
    sql: 'ALTER TABLE replicas ADD COLUMN batch TEXT;',
  },
  {
    version: 10,
    reason: 'where the clusters are, for what is left of one that config.yaml no longer has',
    sql: 'CREATE TABLE cluster_places (cluster TEXT PRIMARY KEY, place TEXT NOT NULL) STRICT;',
  },
  {
    version: 11,
    reason: 'fields are refused for a model, and left out for a time',
    sql: `
      DROP TABLE refused_fields;
      CREATE TABLE refused_fields (
        cluster TEXT NOT NULL,
        model TEXT NOT NULL,
        operation TEXT NOT NULL,
        field TEXT NOT NULL,
        until_ms INTEGER NOT NULL,
        PRIMARY KEY (cluster, model, operation, field)
      ) STRICT;
    `,
  },
]
