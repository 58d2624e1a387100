import { homedir } from 'node:os'
import { AuthenticationError, PermissionDeniedError } from 'openai'
import type { Agent, AgentId } from '@shared/agents/agent'
import { agents } from '@shared/agents/agents'
import { FirstError } from '@shared/errors'
import { digest } from '../agents/agent-files'
import { isChange, planAgent, presentKey, readAgent, writePlan, type PlannedFile } from '../agents/configure'
import { unifiedDiff } from '../agents/diff'
import { agentFolder } from '../agents/folders'
import { createAgentRecords, type AgentRecord } from '../agents/record'
import { planUndo, writeUndo } from '../agents/undo'
import { autoAlias } from '../federation/aliases'
import { confirm } from './ask'
import { defaultModel } from './commands/chat'
import type { CliContext } from './context'
import { findGateway } from './find-gateway'
import { asFirstError, clientFor, listModels, openClient, type Caller, type ListedModel } from './openai-client'
import { withCore } from './rpc-client'
import { table } from './table'

interface ChangeFlags {
  readonly dataDir: string
  readonly yes?: boolean
}

/** Stands in what is shown for the key that is made once the person has agreed. */
const keyToCome = 'fd-(a new key)'

/** @throws FirstError when no gateway runs, it has no such model, or a file cannot be edited; nothing is changed then */
export async function configureAgent(id: AgentId, flags: ChangeFlags & { readonly model?: string }, context: CliContext): Promise<void> {
  const agent = agents[id]
  const caller: Caller = { dataDir: flags.dataDir, signal: context.signal }
  const model = chooseModel(await listModels(await openClient(flags.dataDir), caller), flags.model)
  const { url: baseUrl } = await findGateway(flags.dataDir)
  const settings = { baseUrl, model: model.id, contextTokens: model.context_window_tokens }
  const state = await readAgent(agent, agentFolder(id, { home: homedir(), env: context.env }))
  const records = createAgentRecords(flags.dataDir)
  const earlier = (await records.load())[id]
  const present = presentKey(state)
  const key = present !== undefined && (await isTaken(baseUrl, present, caller)) ? present : undefined

  const shown = planAgent(state, { ...settings, key: key ?? keyToCome })
  if (!shown.some(isChange)) {
    if (earlier === undefined) await records.save(id, { settings, files: shown.map(({ found, text }) => ({ path: found.path, sha256: digest(text), hasOtherEdits: true })), ...(await keyIdOf(agent, caller)) })
    context.err(`${agent.title} uses ${model.id} at ${baseUrl} already; nothing was changed.\n`)
    return
  }
  for (const { found, text } of shown) context.out(unifiedDiff(found.path, found.text, text))
  if (flags.yes !== true) await confirm(`Write this for ${agent.title}?`, context)

  const made = key === undefined ? await makeKey(agent, caller) : undefined
  try {
    const plan = planAgent(state, { ...settings, key: key ?? made?.secret ?? '' })
    const files = await writePlan(plan, key ?? made?.secret ?? '', earlier)
    const keyId = made?.id ?? earlier?.keyId
    await records.save(id, { settings, files, ...(keyId !== undefined && { keyId }) })
    context.err(summary(agent, model.id, plan, files))
  } catch (cause) {
    if (made !== undefined) await revokeKey(made.id, caller)
    throw cause
  }
}

/** Without a name one model and not «auto»: an agent counts on the window and the ways of what it works with. */
function chooseModel(models: readonly ListedModel[], named: string | undefined): ListedModel {
  const wanted = named ?? defaultModel(models.filter(({ id }) => id !== autoAlias))
  const found = models.find(({ id }) => id === wanted)
  if (found === undefined) throw new FirstError('model_not_found', `The gateway serves no model ${wanted}.`, { action: 'Use one that «first-desktop models» lists.' })
  if (named === undefined && wanted === 'guide') throw new FirstError('model_not_found', 'The gateway serves no model that an agent could work with, only the built-in guide.', { action: 'Add a server or a model file first, or name a model with -m.' })
  return found
}

function summary({ title, id }: Agent, model: string, plan: readonly PlannedFile[], files: AgentRecord['files']): string {
  const lines = plan.filter(isChange).map(({ found: { path } }) => {
    const backup = files.find((file) => file.path === path)?.backup?.path
    return `  ${path}${backup === undefined ? '' : ` (before: ${backup})`}\n`
  })
  return `${title} uses ${model} now.\n${lines.join('')}«first-desktop agent undo ${id}» takes it back.\n`
}

/** Whether the gateway knows a key, also when it is off for all but its owner. */
async function isTaken(baseUrl: string, key: string, { dataDir, signal }: Caller): Promise<boolean> {
  try {
    await clientFor(baseUrl, key).models.list({ signal })
    return true
  } catch (cause) {
    if (cause instanceof AuthenticationError) return false
    if (cause instanceof PermissionDeniedError) return true
    throw asFirstError(cause, dataDir)
  }
}

const keyName = ({ title }: Agent): string => `${title} on this machine`

const makeKey = (agent: Agent, caller: Caller): Promise<{ id: string; secret: string }> => withCore(caller, (core) => core.keys.create({ name: keyName(agent) }))

/** Where a record was lost: the one key that bears the agent's name. */
async function keyIdOf(agent: Agent, caller: Caller): Promise<{ keyId?: string }> {
  const named = (await withCore(caller, (core) => core.keys.list())).filter(({ name, revokedAtMs }) => name === keyName(agent) && revokedAtMs === undefined)
  const [only] = named
  return only !== undefined && named.length === 1 ? { keyId: only.id } : {}
}

async function revokeKey(id: string, caller: Caller): Promise<void> {
  try {
    await withCore(caller, (core) => core.keys.revoke({ id }))
  } catch (cause) {
    // It is as good as revoked: somebody took it away altogether.
    if (cause instanceof FirstError && cause.code === 'not_found') return
    throw cause
  }
}

/** @throws FirstError `not_found` when nothing was done to the agent, `upstream_unreachable` when its key cannot be revoked now */
export async function undoAgent(id: AgentId, flags: ChangeFlags, context: CliContext): Promise<void> {
  const agent = agents[id]
  const records = createAgentRecords(flags.dataDir)
  const record = (await records.load())[id]
  if (record === undefined) throw new FirstError('not_found', `Nothing was done to ${agent.title} for the data directory ${flags.dataDir}.`, { action: '«first-desktop agent list» says what was done.' })
  const undone = await planUndo(agent, record)
  const diffs = undone.map(({ found, text }) => unifiedDiff(found.path, found.text, text ?? '')).join('')
  context.out(diffs)
  if (diffs !== '' && flags.yes !== true) await confirm(`Write this for ${agent.title}?`, context)
  await writeUndo(undone)
  // Left until the key is revoked, so that another undo can do so.
  await records.save(id, { ...record, files: [] })
  if (record.keyId !== undefined) await revokeKey(record.keyId, { dataDir: flags.dataDir, signal: context.signal })
  await records.save(id, undefined)
  context.err(`${agent.title} is as it was${record.keyId === undefined ? '' : `, and its key ${record.keyId} is revoked`}.\n`)
}

export async function listAgents({ dataDir, json }: { readonly dataDir: string; readonly json?: boolean }, context: CliContext): Promise<void> {
  const records = await createAgentRecords(dataDir).load()
  const found = Object.values(agents).map((agent) => ({ agent: agent.id, title: agent.title, folder: agentFolder(agent.id, { home: homedir(), env: context.env }), ...whatWasDone(records[agent.id]) }))
  if (json === true) context.out(`${JSON.stringify(found, null, 2)}\n`)
  else context.out(table(['agent', 'model', 'key', 'folder'], found.map(({ agent, model, keyId, folder }) => [agent, model ?? '-', keyId ?? '-', folder])))
}

function whatWasDone(record: AgentRecord | undefined): { model?: string; baseUrl?: string; keyId?: string; files?: readonly string[] } {
  if (record === undefined) return {}
  const { settings, files, keyId } = record
  return { model: settings.model, baseUrl: settings.baseUrl, files: files.map(({ path }) => path), ...(keyId !== undefined && { keyId }) }
}

