import { describe, expect, it } from 'vitest'
import type { FirstError } from '@shared/errors'
import { findCandidates, know, listModels } from '@main/federation/candidates'
import { nearest } from '@main/federation/nearest'
import { snapshot } from './scripted-cluster'

const snapshots = [
  snapshot('here', { guide: 'live' }, { framework: 'guide' }),
  snapshot('slow', { 'meta-llama/Llama-3.1-8B-Instruct': 'offline', shared: 'offline' }, { framework: 'vllm' }),
  snapshot('warm', { shared: 'starting' }),
  snapshot('hot', { shared: 'live' }),
  snapshot('away', { shared: 'unknown' }, { isReachable: false }),
  snapshot('other', { shared: 'offline' }),
  snapshot('silent', {}, { isReachable: false, takenAtMs: 0 }),
]
const known = know(snapshots, {})
const find = (model: string, cluster?: string, framework?: string) => findCandidates(known, { model, cluster, framework })
const refusal = (step: () => unknown): FirstError => {
  try {
    step()
  } catch (cause) {
    return cause as FirstError
  }
  throw new Error('it was not refused')
}

describe('the places for a model', () => {
  it('are in order: live, starting, as configured, and those that are away last', () => {
    expect(find('shared').map(({ cluster }) => cluster)).toEqual(['hot', 'warm', 'slow', 'other', 'away'])
  })

  it('are those of the cluster and framework that the path names', () => {
    expect(find('shared', 'slow', 'vllm')).toMatchObject([{ cluster: 'slow', model: 'shared', framework: 'vllm' }])
  })

  it('do not exist for an unknown model, and the ones like it are named', () => {
    const error = refusal(() => find('llama-3.1-8b'))
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model' })
    expect(error.message).toContain('did you mean "meta-llama/Llama-3.1-8B-Instruct"?')
    expect(error.message).toContain('could not be asked yet: silent')
  })

  it.each([
    ['hott', undefined, 'shared', 'cluster_not_found', 'did you mean "hot"'],
    ['hot', 'vllm', 'shared', 'unsupported_framework', 'it has api'],
    ['hot', 'tgi', 'shared', 'unsupported_framework', 'none that FIRST knows'],
    ['here', 'guide', 'shared', 'endpoint_not_found', 'does not serve the model "shared"'],
    ['silent', 'api', 'shared', 'upstream_unreachable', 'It is away.'],
  ])('at %s, %s: %s is %s', (cluster, framework, model, code, words) => {
    const error = refusal(() => find(model, cluster, framework))
    expect(error.code).toBe(code)
    expect(error.message).toContain(words)
  })

  it.each([
    ['a model', { model: 'Llama-3.1-8B' }, 'There is no model "Llama-3.1-8B". '],
    ['a cluster', { model: 'guide', cluster: 'slo' }, 'There is no cluster "slo".'],
    ['the cluster of a model', { model: 'Llama', cluster: 'slow' }, 'There is no cluster "slow".'],
  ])('hints at %s only where the caller may see it', (_what, wanted, message) => {
    const seesLlama = refusal(() => findCandidates(known, { cluster: undefined, framework: undefined, ...wanted }))
    const { message: said, info } = refusal(() => findCandidates(known, { cluster: undefined, framework: undefined, ...wanted }, ({ cluster }) => cluster !== 'slow'))
    expect(said.startsWith(message)).toBe(true)
    expect(said).not.toBe(seesLlama.message)
    expect(JSON.stringify(info ?? {})).not.toContain('slow')
  })

  it.each([
    ['a cluster that is not there', 'hott', 'cluster_not_found'],
    ['one that it may not use', 'slow', 'cluster_not_found'],
    ['one that could not be asked', 'silent', 'cluster_not_found'],
  ])('asked for those of %s a caller learns of no cluster but its own', (_what, cluster, code) => {
    const { code: said, message, info } = refusal(() => listModels(known, cluster, 'tgi', ({ cluster: name, model }) => name === 'hot' && model === 'shared'))
    expect(said).toBe(code)
    expect(message).not.toContain('It is away.')
    expect(info).toEqual({ clusters: ['hot'] })
  })

  it('that nobody has named, as a cluster that was not asked yet and what an alias stands for, are told to whoever may use them', () => {
    const aliased = know(snapshots, { fast: ['gone', 'secret'], hidden: ['secret'] })
    const say = (model: string): string => refusal(() => findCandidates(aliased, { model, cluster: undefined, framework: undefined }, ({ cluster, model }) => cluster !== 'silent' && model !== 'secret')).message
    expect(say('gone')).not.toContain('silent')
    expect(say('fast')).toContain('stands for gone, and')
    expect(say('hidden')).toBe('There is no model "hidden".')
  })

  it('are listed with each model once, by id', () => {
    expect(listModels(known, undefined, undefined).map(([best]) => `${best?.alias ?? best?.model} at ${best?.cluster}`)).toEqual(['auto at hot', 'guide at here', 'meta-llama/Llama-3.1-8B-Instruct at slow', 'shared at hot'])
    expect(listModels(known, 'slow', 'vllm')).toHaveLength(2)
  })
})

describe('names that look alike', () => {
  it.each([
    ['gpt-oss', ['openai/gpt-oss-120b']],
    ['GPT-OSS-120B', ['openai/gpt-oss-120b']],
    ['guid', ['guide']],
    ['x', []],
    ['', []],
  ])('%j: %j', (wanted, expected) => {
    expect(nearest(['guide', 'openai/gpt-oss-120b', 'Qwen/Qwen3-32B'], wanted)).toEqual(expected)
  })
})
