import { describe, expect, it } from 'vitest'
import { groupSnippets } from '@renderer/features/gateway/connect/group-snippets'
import { endOf } from '@renderer/features/gateway/keys/key-expiry'
import { keyStateOf, scopeWords } from '@renderer/features/gateway/keys/key-state'
import { operationOf, outcomeOf } from '@renderer/features/gateway/requests/outcome'
import { chartSeries } from '@renderer/features/gateway/usage/chart-series'
import { filterOf, spanOf } from '@renderer/features/gateway/usage/usage-view'
import { kindWords } from '@renderer/features/settings/kind-words'
import type { RequestRow } from '@shared/domain/records'
import { snippets } from '@shared/snippets'

const dayMs = 86_400_000

describe('keys', () => {
  it('are of use until they are revoked or their time is over', () => {
    expect(keyStateOf({}, 5)).toBe('valid')
    expect(keyStateOf({ expiresAtMs: 6 }, 5)).toBe('valid')
    expect(keyStateOf({ expiresAtMs: 5 }, 5)).toBe('expired')
    expect(keyStateOf({ expiresAtMs: 5, revokedAtMs: 3 }, 5)).toBe('revoked')
  })

  it('say in a few words what they may do', () => {
    expect(scopeWords(undefined)).toBe('Every model')
    expect(scopeWords({ isAdmin: true })).toBe('Every model, admin')
    expect(scopeWords({ models: ['a', 'b'] })).toBe('a and b')
    expect(scopeWords({ models: ['a', 'b', 'c'], clusters: ['lab'] })).toBe('3 models on lab')
    expect(scopeWords({ clusters: ['lab', 'site', 'here'] })).toBe('Models of 3 servers')
    expect(scopeWords({ models: [] })).toBe('no model')
  })

  it('end so many days from now, or never', () => {
    expect(endOf('7', 1000)).toBe(1000 + 7 * dayMs)
    expect(endOf('', 1000)).toBeUndefined()
  })
})

describe('requests', () => {
  const row: RequestRow = { id: 'r', startedAtMs: 0, route: '/v1/models', status: 200, isFailed: false, isStreamed: false, attempts: 0, isRunning: false }

  it('say in a word what became of them', () => {
    const words = (more: Partial<RequestRow>): string => outcomeOf({ ...row, ...more }).word
    expect(words({})).toBe('OK 200')
    expect(words({ isRunning: true })).toBe('Waiting')
    expect(words({ isRunning: true, firstByteMs: 3 })).toBe('Answering')
    expect(words({ isFailed: true, status: 503 })).toBe('Failed 503')
    expect(words({ isCut: true })).toBe('Left')
  })

  it('are named by what was asked, or else by their route', () => {
    expect(operationOf({ ...row, operation: 'messages' })).toBe('Messages')
    expect(operationOf({ ...row, operation: 'something_new' })).toBe('/v1/models')
    expect(operationOf(row)).toBe('/v1/models')
  })
})

describe('usage', () => {
  it('of 24 hours is of the present hour and the 23 before it', () => {
    const { fromMs, toMs } = spanOf('24h', 100 * dayMs)
    expect(toMs - 1 - fromMs).toBe(23 * 3_600_000)
  })

  it('is narrowed to what was chosen', () => {
    expect(filterOf(undefined)).toEqual({})
    expect(filterOf({ by: 'key', id: 'key-1', label: 'Ada' })).toEqual({ identity: 'key-1' })
    expect(filterOf({ by: 'cluster', id: 'lab', label: 'lab' })).toEqual({ cluster: 'lab' })
  })

  it('is drawn with the tokens of answers on those of questions', () => {
    const point = { atMs: 0, requests: 2, failures: 1, promptTokens: 30, completionTokens: 12, tokens: 42 }
    expect(chartSeries.tokens.map(({ top }) => top(point))).toEqual([42, 12])
    expect(chartSeries.tokens.map(({ of }) => of(point))).toEqual([30, 12])
  })
})

describe('texts to paste', () => {
  it('are scripts, and agents with all of their files', () => {
    const { scripts, agents } = groupSnippets(snippets({ baseUrl: 'http://127.0.0.1:3477', key: 'fd-x', model: 'm' }))
    expect(scripts.map(({ title }) => title)).toEqual(['curl', 'Python', 'JavaScript'])
    expect(agents.map(({ id }) => id)).toEqual(['opencode', 'pi', 'codex', 'claude'])
    expect(agents.find(({ id }) => id === 'pi')?.parts.map(({ file }) => file)).toEqual(['~/.pi/agent/models.json', '~/.pi/agent/settings.json'])
  })
})

it('names what answers at an address', () => {
  expect(kindWords('first')).toBe('A FIRST gateway')
  expect(kindWords('direct', 'ollama', '0.9.2')).toBe('Ollama 0.9.2')
  expect(kindWords('direct', 'vllm')).toBe('vLLM')
  expect(kindWords('direct')).toBe('A server with an OpenAI-compatible API')
})
