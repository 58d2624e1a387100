import type { ModelFile } from '@shared/domain/model-file'
import type { HostKind } from '@shared/rpc/contract'
import type { ServerAddress, ServerCheck } from '../clusters/registry'
import type { ConfigStore } from '../core/config/config-store'
import type { DiskWatch } from '../core/disk-watch'
import type { Logger } from '../core/logger'
import type { ShellPort } from '../core/ports'
import type { Directory } from '../federation/directory'
import type { AlertList } from '../core/alerts'
import type { BatchParts } from '../core/batches'
import type { Refusals } from '../gateway/refusals'
import type { Scheduler } from '../scheduler/scheduler'
import type { Accounts } from '../identity/globus/accounts'
import type { Keyring } from '../identity/keyring'
import type { RequestRecords } from '../records/request-records'
import type { StatusRecorder } from '../records/status-history'
import type { ConversationBackups } from '../storage/backups/conversation-backups'
import type { SecretStore } from '../storage/secret-store'

/** All that the procedures need; `compose.ts` fills it. */
export interface RouterDeps {
  readonly logger: Logger
  readonly about: { readonly host: HostKind; readonly version: string; readonly dataDir: string; readonly secretsNotice?: string }
  /** `http://127.0.0.1:3477`; known once the gateway listens, before any window can call. */
  readonly gatewayUrl: () => string
  /** Where the gateway listens, as it was started. */
  readonly gatewayHost: string
  readonly windowKey: string
  readonly config: ConfigStore
  readonly secrets: SecretStore
  readonly keys: Keyring
  readonly accounts: Omit<Accounts, 'close'>
  readonly directory: Directory
  /** Gives every cluster its configuration and secrets anew. */
  readonly applyConfig: () => Promise<void>
  readonly checkServer: (server: ServerAddress, signal: AbortSignal) => Promise<ServerCheck>
  readonly modelFiles: { find(): Promise<readonly ModelFile[]>; describe(path: string): Promise<ModelFile> }
  readonly replicas: Pick<Scheduler, 'want' | 'end' | 'logOf'>
  readonly alerts: AlertList
  readonly work: Pick<BatchParts, 'batches' | 'files'>
  readonly records: RequestRecords
  readonly refusals: Pick<Refusals, 'list'>
  readonly status: Pick<StatusRecorder, 'history'>
  readonly backups: () => Promise<ConversationBackups>
  readonly disk: DiskWatch
  readonly shell?: ShellPort
  /** Aborted when the core ends: streams of events end with it. */
  readonly closing: AbortSignal
}
