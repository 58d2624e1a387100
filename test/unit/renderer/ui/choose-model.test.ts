import { canAnswer, findModel, resolveChoice, shortName } from '@renderer/features/chat/model-picker/choose-model'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo } from '@shared/domain/model'
import { describe, expect, it } from 'vitest'

function cluster(name: string, models: readonly (Partial<ModelInfo> & { id: string })[]): ClusterSnapshot {
  return { name, kind: 'direct', isReachable: true, takenAtMs: 1, models: models.map((model) => ({ cluster: name, framework: 'api', status: 'live', ...model })) }
}
const here = cluster('here', [{ id: 'guide', isGuide: true }])
const lab = cluster('lab', [{ id: 'small' }, { id: 'big', status: 'offline' }])

describe('who answers', () => {
  it('is the first wish that is still listed', () => {
    expect(resolveChoice([undefined, { model: 'gone' }, { model: 'big', cluster: 'lab' }, { model: 'small' }], [here, lab])).toEqual({ model: 'big', cluster: 'lab' })
  })
  it('is a live language model where nothing is wished', () => {
    expect(resolveChoice([], [here, lab])).toEqual({ model: 'small', cluster: 'lab' })
  })
  it('is the guide where no language model lives', () => {
    expect(resolveChoice([], [here, cluster('lab', [{ id: 'big', status: 'offline' }])])).toEqual({ model: 'guide', cluster: 'here' })
  })
  it('is the wish itself while no cluster is known', () => {
    expect(resolveChoice([{ model: 'x', cluster: 'y' }], [])).toEqual({ model: 'x', cluster: 'y' })
    expect(resolveChoice([], [])).toBeUndefined()
  })
})

it('finds a model on the cluster that is named, or on any', () => {
  const twin = cluster('other', [{ id: 'small', status: 'starting' }])
  expect(findModel([lab, twin], { model: 'small', cluster: 'other' })?.status).toBe('starting')
  expect(findModel([lab, twin], { model: 'small' })?.cluster).toBe('lab')
  expect(findModel([lab], { model: 'small', cluster: 'other' })).toBeUndefined()
})

it('knows which models can answer, if only after a start', () => {
  expect((['live', 'starting', 'queued', 'unknown', 'offline', 'failed', 'maintenance'] as const).filter((status) => canAnswer({ id: 'm', cluster: 'c', framework: 'api', status }))).toEqual(['live', 'starting', 'queued', 'unknown', 'offline'])
})

it('shortens an id to what tells it from others', () => {
  expect([shortName('meta-llama/Llama-3.1-8B'), shortName('guide')]).toEqual(['Llama-3.1-8B', 'guide'])
})
