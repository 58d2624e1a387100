import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { serverProfile, serverUrl } from '../config/clusters'
import { configProblem } from '../config/schema'
import { signInWay, siteName } from '../config/sites'
import { account, accountsState, foundTokens, freshToken, signIn, whoAtSite } from '../domain/account'
import { alert } from '../domain/alert'
import { batch } from '../domain/batch'
import { batchEndpoint, batchReport, validationProgress } from '../domain/batch-report'
import { batchEstimate, batchRow, batchRowDetail, batchRowFilter } from '../domain/batch-rows'
import { clusterSnapshot } from '../domain/cluster'
import { deploymentName, deploymentWish } from '../domain/deployment'
import { issuedKey, keyHolder, keyScopes, type IssuedKey } from '../domain/identity'
import { clusterName, framework, modelId, modelInfo } from '../domain/model'
import { modelFile } from '../domain/model-file'
import { sessionDemands } from '../globus/auth-reason'
import { liveCounters, recentPage, recentRequest, recordsState, seriesRequest, usageRequest, usageSeries, usageTable } from '../domain/records'
import { refusal } from '../domain/refusal'
import { statusHistory, statusHistoryRequest } from '../domain/status-history'

/** Every procedure may throw this: an error of the catalogue (errors.ts), by its code. */
const catalogued = oc.errors({
  FIRST: { data: z.object({ code: z.string(), action: z.string() }) },
})

export const configState = z.object({ path: z.string(), problems: z.array(configProblem) })
export type ConfigState = z.infer<typeof configState>

export const hostKind = z.enum(['desktop', 'headless'])
export type HostKind = z.infer<typeof hostKind>

export const session = z.object({
  host: hostKind,
  version: z.string(),
  platform: z.string(),
  /** Base URL of the gateway's OpenAI door as this window reaches it; absent in headless, where it is the page's own origin. */
  gatewayUrl: z.string().optional(),
  /** Stands for the owner in this run of the core; it dies with it. */
  key: z.string(),
  /** Where scripts on this machine reach the gateway, shown to the person. */
  publicUrl: z.string(),
  dataDir: z.string(),
  /** How secrets are kept, in words, where it is less than the keychain. */
  secretsNotice: z.string().optional(),
})
export type Session = z.infer<typeof session>

/** How the gateway stands to programs other than this window. */
export const gatewayState = z.object({
  /** False while keys given to others are refused; the owner's own, and this window, are always served. */
  isServing: z.boolean(),
  /** Without a path, `http://127.0.0.1:3477`; the one for this machine first, more than one where it listens on every interface. */
  addresses: z.array(z.string()).min(1),
  /** Whether other machines reach it. */
  isBeyondLoopback: z.boolean(),
  /** Whom it lets in by Globus, beside those who have a key; absent: nobody. Groups and policies are UUIDs. */
  admits: z
    .object({ domains: z.array(z.string()), groupsPerDomain: z.record(z.string(), z.array(z.string())), groups: z.array(z.string()), policies: z.array(z.string()), programs: z.array(z.string()) })
    .exactOptional(),
})
export type GatewayState = z.infer<typeof gatewayState>

/** What changed in the core; the first events after `watch` give the present state, so a window never asks twice. */
export const coreEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('clusters'), clusters: z.array(clusterSnapshot) }),
  z.object({ kind: z.literal('config'), config: configState }),
  z.object({ kind: z.literal('gateway'), gateway: gatewayState }),
  /** The newest 200; told at most twice a second while they run. */
  z.object({ kind: z.literal('batches'), batches: z.array(batch) }),
  /** The last ones, oldest first. */
  z.object({ kind: z.literal('alerts'), alerts: z.array(alert) }),
  z.object({ kind: z.literal('accounts'), accounts: accountsState }),
  z.object({ kind: z.literal('disk'), freeBytes: z.number(), isLow: z.boolean() }),
])
export type CoreEvent = z.infer<typeof coreEvent>

const serverAddress = z.object({
  url: serverUrl,
  apiKey: z.string().min(1).max(4096).optional(),
})

/** Of a `first` site, in place of `apiKey`: the site whose sign-in is used. */
const bySite = z.object({ site: siteName.optional() })

const addedServer = serverAddress.extend(bySite.shape).extend({
  name: clusterName,
  models: z.array(modelId).optional(),
  /** Of a `first` site `apiKey` is the access token. Absent: `direct`. */
  kind: z.enum(['direct', 'first']).optional(),
  /** Of a `direct` server; absent: found out again by asking. */
  profile: serverProfile.optional(),
  /** Of a `first` site: its clusters that are used; absent: all. */
  clusters: z.array(z.string().min(1)).min(1).optional(),
})
export type AddedServer = z.infer<typeof addedServer>

/** A model as a server that is being tried tells of it. */
const foundModel = modelInfo.omit({ cluster: true, framework: true })
export type FoundModel = z.infer<typeof foundModel>

/** What answers at an address. */
const serverFinding = z.object({
  /** To be kept: with the version of the API, or with `/resource_server` for a FIRST site. */
  url: z.string(),
  /** Ids, sorted. */
  models: z.array(z.string()),
  /** Of the answer, from the first byte sent. */
  latencyMs: z.number(),
  /** What it is to be added as; `first` is another FIRST gateway, such as ALCF's. */
  clusterKind: z.enum(['direct', 'first']),
  /** Kind of server, of a `direct` one; `other` where it cannot be told. */
  profile: serverProfile.optional(),
  /** Of the server's program, where it says so. */
  version: z.string().optional(),
  /** The same models, with what the server says of each. */
  found: z.array(foundModel),
  /** Of a FIRST site: the names of its clusters. */
  clusters: z.array(z.string()).optional(),
  /** A FIRST site that tells nothing without a token; `models` is empty then. */
  isTokenNeeded: z.boolean().optional(),
})
export type ServerFinding = z.infer<typeof serverFinding>

const backupInfo = z.object({
  id: z.string(),
  takenAtMs: z.number(),
  sizeBytes: z.number(),
  conversations: z.number(),
  messages: z.number(),
})
export type BackupInfo = z.infer<typeof backupInfo>

export { issuedKey, type IssuedKey }

const byId = z.object({ id: z.string().min(1).max(64) })

const batchCheck = z.object({ fileId: z.string().min(1).max(64), endpoint: batchEndpoint.optional(), model: modelId.optional() })
const batchCheckEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), progress: validationProgress }),
  z.object({ kind: z.literal('report'), report: batchReport }),
])
export type BatchCheckEvent = z.infer<typeof batchCheckEvent>

const newBatch = z.object({
  fileId: z.string().min(1).max(64),
  endpoint: batchEndpoint,
  /** As people know it; absent: the file's. */
  name: z.string().min(1).max(200).exactOptional(),
  /** For requests that name none; given, all must ask for it. */
  model: modelId.exactOptional(),
  /** Only this place serves it. */
  place: z.object({ cluster: clusterName, framework: framework.exactOptional() }).exactOptional(),
  /** Hours until it expires. */
  windowH: z.number().int().min(1).max(720).exactOptional(),
  /** Chosen by who asks: asked again with the same one, the batch that there is comes back. */
  outboxId: z.string().min(1).max(64).exactOptional(),
})
export type NewBatch = z.infer<typeof newBatch>

/** The end of time as `Date` knows it (ECMAScript, "Time Values and Time Range"). */
const latestMs = 8_640_000_000_000_000

const newKey = z.object({
  name: z.string().min(1).max(100),
  expiresAtMs: z.number().int().positive().max(latestMs).exactOptional(),
  scopes: keyScopes.exactOptional(),
  ...keyHolder.shape,
})

const signInRequest = z.object({
  site: siteName,
  /** Id or username of who signs in, anew or for the first time; absent: the account in use at the site, or a new one where there is none. */
  account: z.string().max(300).exactOptional(),
  /** Another account beside those there are. */
  isAnother: z.boolean().exactOptional(),
  /** Absent: what the site offers first. */
  way: signInWay.exactOptional(),
  /** Asked for besides what the account has: `reason.requiredScopes` of a refusal. */
  scopes: z.array(z.string().min(1).max(1000)).max(50).exactOptional(),
  /** `reason.session` of a refusal. */
  session: sessionDemands.exactOptional(),
})

const ofAccount = z.object({ account: z.string().min(1).max(300) })

export const theme = z.enum(['system', 'light', 'dark'])
export type Theme = z.infer<typeof theme>

export const contract = {
  session: { open: catalogued.output(session) },
  events: { watch: catalogued.output(eventIterator(coreEvent)) },
  clusters: {
    /** Asks every cluster, or one, again now. */
    refresh: catalogued.input(z.object({ cluster: clusterName.optional() })).output(z.array(clusterSnapshot)),
  },
  /** Deployments whose replicas are started from here. */
  replicas: {
    /** @throws `model_not_found` where nothing of that name is started from here */
    want: catalogued.input(z.object({ deployment: deploymentName, wish: deploymentWish })).output(z.object({})),
    /** Ends one replica, or the job it is, now. */
    end: catalogued.input(z.object({ id: z.string().max(64) })).output(z.object({})),
    /** The last lines that it printed. */
    log: catalogued.input(z.object({ id: z.string().max(64) })).output(z.object({ text: z.string() })),
  },
  /** Files are sent over HTTP, `POST /v1/files`; the window's key is the owner's. */
  batches: {
    /** Reads a file that was sent: how far it is, and at the end what is in it and what is wrong. */
    check: catalogued.input(batchCheck).output(eventIterator(batchCheckEvent)),
    create: catalogued.input(newBatch).output(batch),
    get: catalogued.input(byId).output(batch),
    /** All of them: events tell of the newest, and this is for who wants the rest. */
    list: catalogued.output(z.array(batch)),
    cancel: catalogued.input(byId).output(batch),
    setPaused: catalogued.input(byId.extend({ isPaused: z.boolean() })).output(batch),
    /** A new batch of the requests of this one that have no answer. */
    retryFailed: catalogued.input(byId).output(batch),
    /** Takes one that is over out of the list, with its results. */
    remove: catalogued.input(byId).output(z.object({})),
    /** Requests of one batch, in pages; `total` counts those that fit the filter and the search. While `isPartial` the search has not seen all: asked again, it goes on. */
    rows: catalogued
      .input(byId.extend({ filter: batchRowFilter, search: z.string().max(200), offset: z.number().int().nonnegative(), limit: z.number().int().min(1).max(500) }))
      .output(z.object({ total: z.number().int(), rows: z.array(batchRow), isPartial: z.literal(true).exactOptional() })),
    row: catalogued.input(byId.extend({ index: z.number().int().nonnegative() })).output(batchRowDetail),
    /** What each place that serves a model would take. */
    estimates: catalogued.input(z.object({ models: z.array(modelId).max(100) })).output(z.array(batchEstimate)),
  },
  status: {
    /** How clusters and models have been, of the last 31 days at most. */
    history: catalogued.input(statusHistoryRequest).output(statusHistory),
  },
  gateway: {
    state: catalogued.output(gatewayState),
    /** Who was refused since the start, the newest first; at most 100. */
    refused: catalogued.output(z.array(refusal)),
    /** Serves the keys of others, or refuses them; kept in config.yaml. */
    setServing: catalogued.input(z.object({ isServing: z.boolean() })).output(gatewayState),
  },
  servers: {
    /** Tries an address before it is kept: what answers there, and which models it names. Nothing is stored. */
    check: catalogued.input(serverAddress.extend(bySite.shape)).output(serverFinding),
    add: catalogued.input(addedServer).output(clusterSnapshot),
    remove: catalogued.input(z.object({ name: clusterName })).output(z.object({})),
    setKey: catalogued.input(z.object({ name: clusterName, apiKey: z.string().min(1).max(4096) })).output(z.object({})),
  },
  modelFiles: {
    find: catalogued.output(z.array(modelFile)),
    describe: catalogued.input(z.object({ path: z.string().min(1).max(4096) })).output(modelFile),
    add: catalogued
      .input(z.object({ path: z.string().min(1).max(4096), model: modelId, contextTokens: z.number().int().min(128).optional() }))
      .output(z.object({})),
    remove: catalogued.input(z.object({ model: modelId })).output(z.object({})),
  },
  /** Keys that the owner gives to others; `secret` is shown once and not kept. */
  keys: {
    list: catalogued.output(z.array(issuedKey)),
    create: catalogued.input(newKey).output(issuedKey.extend({ secret: z.string() })),
    revoke: catalogued.input(z.object({ id: z.string() })).output(z.object({})),
  },
  /** Sign-ins to sites by Globus. Changes come by the event `accounts`. */
  accounts: {
    state: catalogued.output(accountsState),
    /** Begins one; on a desktop the browser opens by itself, elsewhere the person opens `url`. */
    signIn: catalogued.input(signInRequest).output(signIn),
    /** The account, once a sign-in is over. @throws `sign_in_failed` that says why it came to nothing */
    wait: catalogued.input(byId).output(account),
    /** The code that Globus' page shows, or the address that the browser could not open. */
    paste: catalogued.input(byId.extend({ code: z.string().min(1).max(8192) })).output(account),
    cancel: catalogued.input(byId).output(z.object({})),
    /** `left` counts tokens that could not be revoked and end by themselves; `logoutUrl` ends the browser's session with Globus too. */
    signOut: catalogued.input(ofAccount).output(z.object({ left: z.number().int(), logoutUrl: z.string() })),
    /** The site's clusters use this account, where they name none. */
    use: catalogued.input(ofAccount).output(z.object({})),
    /** A token that is good now, for scripts; for a service other than the site's gateway by its resource server. */
    token: catalogued.input(z.object({ site: siteName, account: z.string().max(300).exactOptional(), resourceServer: z.string().max(200).exactOptional() })).output(freshToken),
    /** Who an account is at its site, as the site's gateway sees it. @throws `sign_in_needed`, `not_found` where the site names no gateway */
    whoami: catalogued.input(ofAccount).output(whoAtSite),
    /** Looks for tokens of the sites' own programs on this machine; nothing is taken. */
    findTokens: catalogued.output(z.array(foundTokens)),
    importTokens: catalogued.input(byId).output(account),
  },
  /** Requests now and lately, and what they used. */
  records: {
    recent: catalogued.input(recentRequest).output(recentPage),
    usage: catalogued.input(usageRequest).output(usageTable),
    /** For a chart: every hour or day of the span, at most 10,000 of them. */
    series: catalogued.input(seriesRequest).output(usageSeries),
    /** At once, then each second. */
    watch: catalogued.output(eventIterator(liveCounters)),
    state: catalogued.output(recordsState),
  },
  /**
   * Snapshots of the window's conversations: lines of JSON, written by the core, read back and verified before they count.
   * Each line is an object whose `kind` is `conversation`, `message`, or anything else, which is kept and not counted.
   */
  backups: {
    list: catalogued.output(z.array(backupInfo)),
    begin: catalogued.output(z.object({ id: z.string() })),
    append: catalogued.input(z.object({ id: z.string(), lines: z.string().max(4_000_000) })).output(z.object({})),
    /** Ends a snapshot; the counts must be those of the lines sent. */
    commit: catalogued.input(z.object({ id: z.string(), conversations: z.number().int(), messages: z.number().int() })).output(backupInfo),
    abort: catalogued.input(z.object({ id: z.string() })).output(z.object({})),
    /** Lines from `offset` (0 to begin with), at most about 1 MB of them; `next` is absent at the end. */
    read: catalogued
      .input(z.object({ id: z.string(), offset: z.number().int().nonnegative() }))
      .output(z.object({ lines: z.string(), next: z.number().optional() })),
  },
  /** What only a desktop can do; refused with `not_found` in headless. */
  shell: {
    setTheme: catalogued.input(z.object({ theme })).output(z.object({})),
    /** The system's dialog for a GGUF file; `path` is absent when it was dismissed. */
    chooseModelFile: catalogued.output(z.object({ path: z.string().optional() })),
    showDataDir: catalogued.output(z.object({})),
    /** Whether the machine is kept from sleeping while a batch runs; until it is said, it is not. */
    setStaysAwake: catalogued.input(z.object({ staysAwake: z.boolean() })).output(z.object({})),
  },
}
export type Contract = typeof contract
