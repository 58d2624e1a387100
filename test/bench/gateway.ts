import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, withOpenStreams, type Load, type Target } from './load'
import { startPeer, startProcess, startServe } from './processes'
import { residentBytes } from './resident'
import { median, megabytes, ms, type Row } from './stats'

const rounds = 7
const eventsPerAnswer = 200

const latency = (isStreamed: boolean): Load => ({ connections: 1, requests: 400, isStreamed })
const throughput = (isStreamed: boolean): Load => ({ connections: 64, requests: isStreamed ? 1500 : 3000, isStreamed })

interface Figures {
  readonly firstMs: number
  readonly totalMs: number
  readonly perSecond: number
}

/** Runs the targets in turn, round after round, so that a drift of the machine meets all of them alike. */
async function inTurn<Name extends string>(targets: Record<Name, Target>, load: Load): Promise<Record<Name, Figures>> {
  const names = Object.keys(targets) as Name[]
  const found = new Map<Name, { firstMs: number[]; totalMs: number[]; perSecond: number[] }>(names.map((name) => [name, { firstMs: [], totalMs: [], perSecond: [] }]))
  for (const name of names) await run(targets[name], { ...load, requests: Math.ceil(load.requests / 4) })
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const { samples, perSecond } = await run(targets[name], load)
      found.get(name)?.firstMs.push(median(samples.map((sample) => sample.firstMs)))
      found.get(name)?.totalMs.push(median(samples.map((sample) => sample.totalMs)))
      found.get(name)?.perSecond.push(perSecond)
    }
  }
  const medians = names.map((name) => {
    const figures = found.get(name)
    return [name, { firstMs: median(figures?.firstMs ?? []), totalMs: median(figures?.totalMs ?? []), perSecond: median(figures?.perSecond ?? []) }]
  })
  return Object.fromEntries(medians) as Record<Name, Figures>
}

/** Every part of the path is on: a key, a rule of access, every limit (too high to be met), records. */
const config = (port: number): string => `version: 1
clusters:
  - name: bench
    kind: direct
    url: http://127.0.0.1:${port}/v1
    models: [bench]
    profile: vllm
limits: { tokensPerMinutePerModel: 1000000000, tokensPerMinutePerKey: 1000000000, requestsPerMinutePerModel: 1000000000, requestsPerMinutePerKey: 1000000000, concurrentRequestsPerKey: 100000 }
`

const stops: (() => Promise<void>)[] = []

async function startGateway(enginePort: number): Promise<{ readonly target: Target; readonly pid: number }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'first-bench-'))
  stops.unshift(() => rm(dataDir, { recursive: true, force: true }))
  await writeFile(join(dataDir, 'config.yaml'), config(enginePort))
  const gateway = await startServe(dataDir)
  stops.unshift(() => gateway.stop())
  const key = (await readFile(join(dataDir, 'local.key'), 'utf8')).trim()
  return { target: { origin: gateway.origin, headers: { authorization: `Bearer ${key}` } }, pid: gateway.process.pid ?? 0 }
}

async function startEngine(env: Record<string, string>): Promise<number> {
  const engine = await startProcess('engine.mjs', env)
  stops.unshift(() => engine.stop())
  return engine.port
}

async function startProxy(target: number): Promise<Target> {
  const proxy = await startProcess('bare-proxy.mjs', { TARGET: String(target) })
  stops.unshift(() => proxy.stop())
  return { origin: `http://127.0.0.1:${proxy.port}`, headers: {} }
}

/** The gateway over a bare `node:http` proxy, a gateway of others, and calling the engine itself: authentication, routing, limits and records on. */
export async function benchGateway(): Promise<Row[]> {
  try {
    const engine = await startEngine({})
    const direct = { origin: `http://127.0.0.1:${engine}`, headers: {} }
    const gateway = await startGateway(engine)
    const targets = { direct, bare: await startProxy(engine), gateway: gateway.target }
    const peer = await startPeer(engine)
    stops.unshift(() => peer.stop())
    const rows: Row[] = []
    for (const isStreamed of [false, true]) {
      const kind = isStreamed ? 'streamed' : 'whole'
      const one = await inTurn(targets, latency(isStreamed))
      const at = isStreamed ? 'firstMs' : 'totalMs'
      const added = one.gateway[at] - one.direct[at]
      rows.push({ what: `added latency, ${kind}, 1 connection${isStreamed ? ', to first event' : ''}`, value: ms(added), reference: `bare proxy ${ms(one.bare[at] - one.direct[at])}`, ratio: (one.gateway[at] / one.direct[at]).toFixed(2), aim: '< 0.5 ms', holds: added < 0.5 })
      const many = await inTurn(targets, throughput(isStreamed))
      rows.push(ratioRow(`requests a second, ${kind}, 64 connections, over direct`, many.gateway, many.direct))
      rows.push(ratioRow(`requests a second, ${kind}, 64 connections, over a bare proxy`, many.gateway, many.bare, isStreamed ? undefined : 0.8))
    }
    const beside = await inTurn({ gateway: gateway.target, peer: peer.target }, { ...throughput(false), requests: 1000 })
    rows.push(ratioRow('requests a second, whole, 64 connections, over @portkey-ai/gateway', beside.gateway, beside.peer, 5))
    return [...rows, await streamedEvents(), await idleStreams(), await memoryAfter(gateway)]
  } finally {
    for (const stop of stops.splice(0)) await stop()
  }
}

function ratioRow(what: string, here: Figures, reference: Figures, aim?: number, times = 1): Row {
  const ratio = here.perSecond / reference.perSecond
  return { what, value: (here.perSecond * times).toFixed(0), reference: (reference.perSecond * times).toFixed(0), ratio: ratio.toFixed(2), ...(aim !== undefined && { aim: `>= ${aim}`, holds: ratio >= aim }) }
}

async function streamedEvents(): Promise<Row> {
  const engine = await startEngine({ EVENTS: String(eventsPerAnswer) })
  const targets = { bare: await startProxy(engine), gateway: (await startGateway(engine)).target }
  const { bare, gateway } = await inTurn(targets, { connections: 16, requests: 300, isStreamed: true })
  return ratioRow(`streamed events a second, answers of ${eventsPerAnswer}, 16 connections, over a bare proxy`, gateway, bare, 0.9, eventsPerAnswer + 3)
}

async function idleStreams(): Promise<Row> {
  const count = 1000
  const engine = await startEngine({ EVENTS: '100000', EVENTS_PER_S: '1' })
  const { target, pid } = await startGateway(engine)
  await run(target, { connections: 64, requests: 2000, isStreamed: false })
  const before = residentBytes(pid)
  const open = await withOpenStreams(target, count, () => Promise.resolve(residentBytes(pid)))
  return { what: `memory of each of ${count} open streams`, value: `${((open - before) / count / 1024).toFixed(0)} KB`, reference: `${megabytes(before)} with none` }
}

/** The process that served the rounds before goes on to a million requests. */
async function memoryAfter({ target, pid }: { readonly target: Target; readonly pid: number }): Promise<Row> {
  const [first, all] = [100_000, 1_000_000]
  const load = (requests: number): Load => ({ connections: 64, requests, isStreamed: false })
  await run(target, load(first))
  const before = residentBytes(pid)
  await run(target, load(all - first))
  const after = residentBytes(pid)
  return { what: 'memory after a million requests, over that after 100,000', value: megabytes(after), reference: megabytes(before), ratio: (after / before).toFixed(2), aim: '<= 1.2', holds: after / before <= 1.2 }
}
