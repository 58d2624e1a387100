import { performance } from 'node:perf_hooks'
import { createFixedBlocks } from './simulation/fixed-blocks'
import { createPlanned } from './simulation/planned'
import { simulate } from './simulation/site'
import { createModels, createWeek, siteNodes } from './simulation/week'
import { quantile, type Row } from './stats'

const sessions = 18_000
const longestS = 60

/** A week of a site with our scheduler, beside the same week with FIRST's own policy. */
export function benchScheduler(): Promise<Row[]> {
  const startedMs = performance.now()
  const models = createModels()
  const requests = createWeek(models, sessions)
  const policy = createPlanned(models)
  const ours = simulate(models, requests, policy)
  const theirs = simulate(models, requests, createFixedBlocks(models))
  const tookS = (performance.now() - startedMs) / 1000

  const compared = (what: string, here: number, there: number, write: (value: number) => string, aim?: string): Row => ({
    what, value: write(here), reference: write(there), ratio: (here / there).toFixed(2), ...(aim !== undefined && { aim, holds: here <= there }),
  })
  return Promise.resolve([
    { what: `nodes, models, requests: ${siteNodes}, ${models.length}`, value: String(requests.atMs.length) },
    compared('time to first token, median', quantile(ours.firstTokenMs, 0.5), quantile(theirs.firstTokenMs, 0.5), seconds),
    compared('time to first token, p95', quantile(ours.firstTokenMs, 0.95), quantile(theirs.firstTokenMs, 0.95), seconds),
    compared('requests that found no replica', ours.coldWaitsMs.length, theirs.coldWaitsMs.length, String),
    compared('their wait, median', quantile(ours.coldWaitsMs, 0.5), quantile(theirs.coldWaitsMs, 0.5), seconds),
    compared('their wait, p95', quantile(ours.coldWaitsMs, 0.95), quantile(theirs.coldWaitsMs, 0.95), seconds, 'lower'),
    compared('node-hours', ours.nodeHours, theirs.nodeHours, (value) => value.toFixed(0), 'no more'),
    compared('starts', ours.starts, theirs.starts, String),
    compared('requests cut short', ours.cut, theirs.cut, String),
    compared('still waiting when the week ended', ours.unanswered, theirs.unanswered, String),
    { what: 'models evicted for another', value: String(policy.evictions()) },
    { what: 'real time of both weeks', value: `${tookS.toFixed(1)} s`, aim: `under ${longestS} s`, holds: tookS < longestS },
  ])
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
