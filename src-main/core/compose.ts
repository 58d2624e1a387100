import type { IncomingMessage } from 'node:http'
import { homedir } from 'node:os'
import type { Config } from '@shared/config/schema'
import { FirstError } from '@shared/errors'
import { createOriginGuard } from '../gateway/origin-guard'
import { createGatewayServer } from '../gateway/server'
import { serviceUrls } from '../identity/globus/service-urls'
import { createTokenStore } from '../identity/globus/token-store'
import { globusUrls } from '../identity/introspection/globus-client'
import { createGlobusEntrance } from '../identity/introspection/globus-entrance'
import { createKeyring, type Keyring } from '../identity/keyring'
import { readOrMakeLocalKey } from '../identity/local-key'
import { newKey } from '../identity/secret-text'
import { createStatusRecorder } from '../records/status-history'
import { portWire } from '../rpc/message-port'
import { createRouter } from '../rpc/router'
import { createRpcServer } from '../rpc/rpc-server'
import { attachWebSocket } from '../rpc/web-socket'
import { prepareDataDir } from '../storage/data-dir'
import { openMigratedDatabase } from '../storage/migrate'
import { takeOwnerLock } from '../storage/owner-lock'
import { createRefusedFields } from '../storage/refused-fields'
import { createPlaceTable } from '../storage/place-table'
import { createReplicaTable } from '../storage/replica-table'
import { createResponseTable } from '../storage/response-table'
import { createSecretStore } from '../storage/secret-store'
import { createSnapshotTable } from '../storage/snapshot-table'
import { watchForAlerts } from './alerts'
import { systemClock } from './clock'
import { startClusters } from './clusters'
import { startBatches } from './batches'
import { createConfigStore } from './config/config-store'
import type { Core, CoreOptions, Mounted } from './core'
import { watchDisk } from './disk-watch'
import { lazily } from './lazily'
import { addressOf, drainer, isLoopback, listen } from './listen'
import { createLog, type Log } from './log'
import { startAccounts } from './accounts'
import { createMask } from './mask'
import { onceFor } from './once-for'
import { startRecords } from './records'
import { createSecretResolver } from './secret-resolver'
import { startStaging } from './staging'
import { createShutdown, type Shutdown } from './shutdown'
import { showBatches, soon } from './show-batches'

/** Answers that are under way when the app ends have this long to come to their own end. */
const drainMs = 2_000

/**
 * Starts everything and opens the gateway's port: the only place that picks implementations.
 * @throws FirstError `data_dir_unusable`, `data_dir_in_use`, `config_invalid`, `port_in_use`, `disk_full` or `secret_unreadable`; nothing stays open then.
 */
export async function startCore(options: CoreOptions): Promise<Core> {
  const opened: { log?: Log } = {}
  const shutdown = createShutdown(() => opened.log?.logger)
  try {
    return await start(options, shutdown, opened)
  } catch (cause) {
    opened.log?.logger.error({ cause }, 'the start failed')
    await shutdown.close()
    throw cause
  }
}

async function start(options: CoreOptions, shutdown: Shutdown, opened: { log?: Log }): Promise<Core> {
  const clock = options.clock ?? systemClock
  const mask = createMask()
  const dir = await prepareDataDir(options.dataDir)
  const owner = takeOwnerLock(dir)
  shutdown.onClose('owner lock', () => owner.release())

  const log = createLog({ dir: dir.logs, mask, level: 'info', ...(options.logStream !== undefined && { stream: options.logStream }) })
  opened.log = log
  const { logger } = log
  shutdown.onClose('log', () => log.close())
  const config = await createConfigStore({ path: options.configFile ?? dir.config, isRequired: options.configFile !== undefined, logger, whenInvalid: options.hostKind === 'headless' ? 'refuse' : 'defaults' })
  shutdown.onClose('configuration', () => config.close())
  const database = await openMigratedDatabase({ path: dir.database, backupsDir: dir.backups, clock, logger, check: owner.afterCrash })
  shutdown.onClose('database', () => database.close())
  const disk = await watchDisk(dir.root, logger)
  shutdown.onClose('disk', () => disk.close())
  const ownerKey = await readOrMakeLocalKey(dir.localKey)
  log.setLevel(config.current().log.level)

  const windowKey = newKey()
  const keys = createKeyring({ database, clock, logger })
  shutdown.onClose('keys', () => keys.close())
  for (const key of [ownerKey, windowKey]) {
    mask.register(key)
    keys.addOwner(key)
  }
  const secrets = createSecretStore({ path: dir.secrets, cipher: options.secretCipher })
  await secrets.seal().catch((cause: unknown) => logger.warn({ cause }, 'secrets that were kept unencrypted could not be encrypted'))
  const secret = createSecretResolver({ env: process.env, secrets, maskSecret: (value) => mask.register(value) })
  const tokens = createGlobusEntrance({ rules: () => config.current().access.globus, urls: globusUrls(process.env), secret, database, clock, logger })
  shutdown.onClose('Globus', () => tokens.close())
  const accounts = await startAccounts({ store: createTokenStore({ secrets, mask: (secret) => mask.register(secret) }), config, resourcesDir: options.resourcesDir, env: process.env, home: homedir(), shell: options.shell, mask: (secret) => mask.register(secret), refresh: (cluster) => clusters.directory.refresh(cluster), clock, logger })
  shutdown.onClose('accounts', () => accounts.close())
  const { recorder, records, metrics } = startRecords({
    database,
    databasePath: dir.database,
    worker: options.workers?.records,
    clock,
    logger,
    config: () => config.current(),
    keys,
    people: () => tokens.names(),
    directory: () => clusters.directory,
    waiting: () => clusters.waitingRoom.counts(),
    breakers: () => clusters.choice.state().filter(({ batch }) => batch === undefined).map(({ cluster, model, breaker }) => ({ cluster, model, state: breaker })),
  })
  shutdown.onClose('records', () => recorder.close())
  const backups = lazily(async () => (await import('../storage/backups/conversation-backups')).createConversationBackups({ dir: dir.backups, clock, logger }))
  shutdown.onClose('snapshots', async () => (await backups.ifMade())?.close())

  const clusters = await startClusters({
    config: config.current(),
    resourcesDir: options.resourcesDir,
    childHost: options.childHost,
    secret,
    siteTokens: (of) => accounts.siteTokens(of),
    computeUrl: serviceUrls(process.env).compute,
    store: createSnapshotTable(database, logger),
    refusedFields: createRefusedFields(database, { clock, logger }),
    replicaTable: createReplicaTable(database),
    places: createPlaceTable(database, logger),
    ownerKey,
    hosts: { dataDir: dir.root, startSupervisor: options.startSupervisor, ...(options.ownProgram !== undefined && { ownProgram: options.ownProgram }) },
    clock,
    logger,
  })
  shutdown.onClose('clusters', () => clusters.close())
  const status = createStatusRecorder({ database, directory: clusters.directory, clock, logger })
  shutdown.onClose('history of status', () => status.close())
  const alerts = watchForAlerts({ snapshots: () => clusters.directory.snapshots(), onSnapshots: (listener) => clusters.directory.onChange(listener), notify: (alert) => options.shell?.notify({ title: alert.model ?? alert.cluster, text: alert.message }), clock, logger })
  shutdown.onClose('alerts', () => alerts.close())
  const applyConfig = (): Promise<void> => clusters.apply(config.current())
  config.onChange(async () => {
    log.setLevel(config.current().log.level)
    await applyConfig()
  })

  // Where it listens is settled at the start; a change of it in the file waits for the next one.
  const { host, port: wantedPort } = { ...config.current().gateway, ...options.overrides }
  const gatewayConfig = onceFor((current: Config): Config => ({ ...current, gateway: { ...current.gateway, host } }), () => config.current())
  const now = (): number => clock.now()
  const { app: server, perform, refusals } = createGatewayServer({
    version: options.version,
    config: gatewayConfig,
    keys,
    tokens,
    directory: clusters.directory,
    replicas: clusters.scheduler,
    choice: clusters.choice,
    waitingRoom: clusters.waitingRoom,
    work: () => work,
    responses: createResponseTable(database, { clock, logger }),
    metrics,
    recorder,
    logger,
    windowOrigins: options.windowOrigins,
    clock: now,
  })
  shutdown.onClose('gateway', () => server.close())
  const drain = drainer(server.server)
  shutdown.onClose('requests', () => drain(drainMs))

  const staging = startStaging({ accounts, folder: dir.root, transferUrl: serviceUrls(process.env).transfer, logger })
  shutdown.onClose('staging', () => staging.close())
  const work = startBatches({ database, folder: dir.files, worker: options.workers?.batches, config: () => config.current(), keys: { identity: (id) => keys.identity(id) ?? tokens.identity(id) }, directory: clusters.directory, choice: clusters.choice, waiting: () => clusters.waitingRoom.counts(({ batch }) => batch === undefined), release: (batch) => clusters.scheduler.release(batch), perform, secret, stagedBatches: staging.stagedBatches, clock, logger })
  shutdown.onClose('batches', () => work.close())
  accounts.onSignedIn(() => work.batches.relieve())
  if (options.shell !== undefined) shutdown.onClose('batches on the desktop', showBatches({ batches: work.batches, desktop: options.shell, after: soon }))

  const closing = new AbortController()
  let url = ''
  const router = createRouter({
    logger,
    about: { host: options.hostKind, version: options.version, dataDir: dir.root, ...(options.secretCipher.notice !== undefined && { secretsNotice: options.secretCipher.notice }) },
    gatewayUrl: () => url,
    gatewayHost: host,
    windowKey,
    config,
    secrets,
    keys,
    accounts,
    directory: clusters.directory,
    applyConfig,
    checkServer: (candidate, signal) => clusters.checkServer(candidate, signal),
    modelFiles: {
      find: async () => (await import('../engines/llama/find-models')).findModelFiles({ home: homedir(), env: process.env, platform: process.platform }, logger),
      describe: async (path) => (await import('../engines/llama/model-file')).describeModelFile(path),
    },
    replicas: clusters.scheduler,
    alerts,
    work,
    records,
    refusals,
    status,
    backups: () => backups.get(),
    disk,
    ...(options.shell !== undefined && { shell: options.shell }),
    closing: closing.signal,
  })
  const rpc = createRpcServer({ router, logger })
  shutdown.onClose('windows', () => {
    closing.abort()
    rpc.close()
  })

  const mounted: Mounted = (await options.mount?.(server, { keys, ownerKey, database, logger, clock, maskSecret: (secret) => mask.register(secret) })) ?? {}
  const guard = createOriginGuard({ gateway: () => gatewayConfig().gateway, windowOrigins: options.windowOrigins })
  attachWebSocket({ server: server.server, rpc, logger, refusal: (request) => guard({ host: request.headers.host, origin: request.headers.origin }) ?? withoutAccess(request, keys, mounted) })

  const port = await listen(server, { host, port: wantedPort })
  url = addressOf(host, port)
  await owner.announce({ pid: process.pid, sinceMs: clock.now(), url })
  if (!isLoopback(host)) logger.warn({ host }, 'the gateway listens beyond this machine: whoever reaches it needs a key, and what is sent is not encrypted')
  logger.info({ url, version: options.version, host: options.hostKind }, 'ready')
  return { url, port, router, ownerKey, logger, publicUrl: `http://${host}:${port}`, servePort: (messagePort) => rpc.serve(portWire(messagePort)), close: () => shutdown.close() }
}

/** A browser comes with its session, a program with the owner's key. */
function withoutAccess(request: IncomingMessage, keys: Keyring, { admitsSocket }: Mounted): FirstError | undefined {
  if (admitsSocket?.(request) === true) return undefined
  const [, secret] = /^bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (secret !== undefined && keys.verify(secret)?.kind === 'owner') return undefined
  return new FirstError('unauthorized', 'The socket of the window needs a session or the owner\'s key.')
}
