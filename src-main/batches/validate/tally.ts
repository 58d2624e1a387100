import type { BatchEndpoint, BatchReport } from '@shared/domain/batch-report'
import type { CheckedLine } from './line-validator'

type Tallied = Pick<BatchReport, 'requests' | 'bareRequests' | 'endpoints' | 'models' | 'otherModelRequests' | 'tokens'>

interface Tally {
  add(line: CheckedLine): void
  readonly requests: number
  report(): Tallied
}

const maxModels = 100

/** Counts what the lines of a file ask for. */
export function createTally(): Tally {
  const endpoints = new Map<BatchEndpoint, number>()
  const models = new Map<string, number>()
  const tokens = { input: 0, maxOutput: 0, unlimitedRequests: 0 }
  let requests = 0
  let bareRequests = 0
  let otherModelRequests = 0

  const addTokens = ({ endpoint, tokens: asked }: CheckedLine): void => {
    if (asked === undefined) return
    tokens.input = sum(tokens.input, asked.input)
    if (endpoint === '/v1/embeddings') return
    if (asked.maxOutput === undefined) tokens.unlimitedRequests++
    else tokens.maxOutput = sum(tokens.maxOutput, asked.maxOutput)
  }

  return {
    add(line) {
      const { endpoint, model } = line
      requests++
      if (line.isBare) bareRequests++
      if (endpoint !== undefined) endpoints.set(endpoint, (endpoints.get(endpoint) ?? 0) + 1)
      if (model !== undefined && model.length <= 256 && (models.has(model) || models.size < maxModels)) models.set(model, (models.get(model) ?? 0) + 1)
      else if (model !== undefined) otherModelRequests++
      addTokens(line)
    },
    get requests() {
      return requests
    },
    report: () => ({
      requests,
      bareRequests,
      endpoints: mostFirst(endpoints).map(([endpoint, requests]) => ({ endpoint, requests })),
      models: mostFirst(models).map(([model, requests]) => ({ model, requests })),
      otherModelRequests,
      tokens,
    }),
  }
}

/** A limit can be any whole number. */
const sum = (one: number, other: number): number => Math.min(Number.MAX_SAFE_INTEGER, one + other)
const mostFirst = <T>(counts: ReadonlyMap<T, number>): [T, number][] => [...counts].sort(([, one], [, other]) => other - one)
