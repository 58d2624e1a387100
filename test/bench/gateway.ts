import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, type Load, type Target } from './load'
import { startProcess, startServe } from './processes'
import { median, ms, type Row } from './stats'

const rounds = 7

const latency = (isStreamed: boolean): Load => ({ connections: 1, requests: 400, isStreamed })
const throughput = (isStreamed: boolean): Load => ({ connections: 64, requests: isStreamed ? 1500 : 3000, isStreamed })

/** Runs the targets in turn, round after round, so that a drift of the machine meets all of them alike. */
async function inTurn<Name extends string>(targets: Record<Name, Target>, load: Load): Promise<Record<Name, { firstMs: number; totalMs: number; perSecond: number }>> {
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
  return Object.fromEntries(medians) as Record<Name, { firstMs: number; totalMs: number; perSecond: number }>
}

/** The gateway over a bare `node:http` proxy and over calling the engine itself: authentication, routing and records on. */
export async function benchGateway(): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'first-bench-'))
  const engine = await startProcess('engine.mjs', {})
  const proxy = await startProcess('bare-proxy.mjs', { TARGET: String(engine.port) })
  await writeFile(join(dataDir, 'config.yaml'), `version: 1\nclusters:\n  - name: bench\n    kind: direct\n    url: http://127.0.0.1:${engine.port}/v1\n    models: [bench]\n`)
  const gateway = await startServe(dataDir)
  try {
    const key = (await readFile(join(dataDir, 'local.key'), 'utf8')).trim()
    const targets = {
      direct: { origin: `http://127.0.0.1:${engine.port}`, headers: {} },
      bare: { origin: `http://127.0.0.1:${proxy.port}`, headers: {} },
      gateway: { origin: gateway.origin, headers: { authorization: `Bearer ${key}` } },
    }
    const rows: Row[] = []
    for (const isStreamed of [false, true]) {
      const kind = isStreamed ? 'streamed' : 'whole'
      const one = await inTurn(targets, latency(isStreamed))
      const at = isStreamed ? 'firstMs' : 'totalMs'
      const added = one.gateway[at] - one.direct[at]
      rows.push({ what: `added latency, ${kind}, 1 connection${isStreamed ? ', to first event' : ''}`, value: ms(added), reference: `bare proxy ${ms(one.bare[at] - one.direct[at])}`, ratio: (one.gateway[at] / one.direct[at]).toFixed(2), aim: '< 0.5 ms', holds: added < 0.5 })
      const many = await inTurn(targets, throughput(isStreamed))
      rows.push({ what: `requests a second, ${kind}, 64 connections, over direct`, value: many.gateway.perSecond.toFixed(0), reference: many.direct.perSecond.toFixed(0), ratio: (many.gateway.perSecond / many.direct.perSecond).toFixed(2) })
      rows.push({ what: `requests a second, ${kind}, 64 connections, over a bare proxy`, value: many.gateway.perSecond.toFixed(0), reference: many.bare.perSecond.toFixed(0), ratio: (many.gateway.perSecond / many.bare.perSecond).toFixed(2) })
    }
    return rows
  } finally {
    await gateway.stop()
    await proxy.stop()
    await engine.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
