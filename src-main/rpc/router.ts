import { accountHandlers } from './handlers/accounts'
import { backupHandlers } from './handlers/backups'
import { batchHandlers } from './handlers/batches'
import { eventHandlers } from './handlers/events'
import { gatewayHandlers } from './handlers/gateway'
import { keyHandlers } from './handlers/keys'
import { modelFileHandlers } from './handlers/model-files'
import { recordHandlers } from './handlers/records'
import { replicaHandlers } from './handlers/replicas'
import { serverHandlers } from './handlers/servers'
import { sessionHandlers } from './handlers/session'
import { shellHandlers } from './handlers/shell'
import { statusHandlers } from './handlers/status'
import { createImplementer } from './implementer'
import type { RouterDeps } from './router-deps'

/** Every procedure of the contract, for both transports. */
export function createRouter(deps: RouterDeps) {
  const os = createImplementer(deps.logger)
  return os.router({
    session: sessionHandlers(os, deps),
    events: eventHandlers(os, deps),
    clusters: { refresh: os.clusters.refresh.handler(async ({ input }) => [...(await deps.directory.refresh(input.cluster))]) },
    replicas: replicaHandlers(os, deps),
    batches: batchHandlers(os, deps),
    status: statusHandlers(os, deps),
    gateway: gatewayHandlers(os, deps),
    servers: serverHandlers(os, deps),
    modelFiles: modelFileHandlers(os, deps),
    keys: keyHandlers(os, deps),
    accounts: accountHandlers(os, deps),
    records: recordHandlers(os, deps),
    backups: backupHandlers(os, deps),
    shell: shellHandlers(os, deps),
  })
}
export type RpcRouter = ReturnType<typeof createRouter>
