import { describe, expect, it } from 'vitest'
import type { FirstError } from '@shared/errors'
import { findCandidates, know, listModels, type Known } from '@main/federation/candidates'
import { snapshot } from './scripted-cluster'

const guide = snapshot('here', { guide: 'live' }, { framework: 'guide' })
const known = (aliases: Readonly<Record<string, readonly string[]>>, snapshots = [guide, snapshot('a', { big: 'offline', small: 'live' }), snapshot('b', { big: 'live' })]): Known => know(snapshots, aliases)
const find = (where: Known, model: string, cluster?: string): string[] => findCandidates(where, { model, cluster, framework: undefined }).map((place) => `${place.model} at ${place.cluster}`)
const refusal = (step: () => unknown): FirstError => {
  try {
    step()
  } catch (cause) {
    return cause as FirstError
  }
  throw new Error('it was not refused')
}

describe('an alias', () => {
  it('has the places of all its models, those that serve soonest first, then in its own order', () => {
    expect(find(known({ fast: ['big', 'small'] }), 'fast')).toEqual(['big at b', 'small at a', 'big at a'])
    expect(find(known({ fast: ['small', 'big'] }), 'fast')).toEqual(['small at a', 'big at b', 'big at a'])
  })

  it('works through the models that are known', () => {
    expect(find(known({ fast: ['gone', 'small'] }), 'fast')).toEqual(['small at a'])
  })

  it('of nothing that is known says what it stands for', () => {
    const error = refusal(() => find(known({ fast: ['gone', 'lost'] }), 'fast'))
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model' })
    expect(error.message).toContain('"fast" stands for gone, lost')
  })

  it('wins over a model of its name, which it may hold, but not on the paths of a cluster', () => {
    const where = known({ big: ['big', 'small'], small: ['big'] })
    expect(find(where, 'big')).toEqual(['big at b', 'small at a', 'big at a'])
    expect(find(where, 'small')).toEqual(['big at b', 'big at a'])
    expect(find(where, 'small', 'a')).toEqual(['small at a'])
  })

  it('can be used on the paths of a cluster, for its models there', () => {
    expect(find(known({ fast: ['big', 'small'] }), 'fast', 'a')).toEqual(['small at a', 'big at a'])
  })

  it('is listed among the models, by its name, and the places say what it stands for', () => {
    const names = (where: Known): unknown => listModels(where, undefined, undefined).map(([best]) => best?.alias ?? best?.model)
    expect(names(known({ fast: ['small'], big: ['big'], none: ['gone'] }))).toEqual(['auto', 'big', 'fast', 'guide', 'small'])
    expect(listModels(known({ fast: ['small'] }), 'a', undefined).map(([best]) => best?.model)).toEqual(['big', 'small'])
  })

  it('is suggested to whoever misspells it', () => {
    expect(refusal(() => find(known({ fastest: ['small'] }), 'fastes')).message).toContain('did you mean "fastest"?')
  })
})

describe('"auto"', () => {
  it('stands for every chat model but the guide, live ones first, then as configured', () => {
    expect(find(known({}), 'auto')).toEqual(['big at b', 'small at a', 'big at a'])
  })

  it('is the guide where there is nothing else, and nothing where there is no chat model', () => {
    expect(find(known({}, [guide]), 'auto')).toEqual(['guide at here'])
    expect(refusal(() => find(known({}, [snapshot('a', {})]), 'auto')).code).toBe('model_not_found')
  })

  it('leaves out models that serve no chat', () => {
    const embedder = snapshot('e', { vectors: 'live' }, { framework: 'infinity' })
    const told = { ...snapshot('t', {}), models: [{ id: 'whole', cluster: 't', framework: 'api' as const, status: 'live' as const, operations: ['embeddings' as const] }] }
    expect(find(known({}, [guide, embedder, told, snapshot('a', { 'nomic-embed-text': 'live', small: 'offline' })]), 'auto')).toEqual(['small at a'])
  })

  it('is what the configuration makes of it, or the model of that name', () => {
    expect(find(known({ auto: ['big'] }), 'auto')).toEqual(['big at b', 'big at a'])
    expect(find(known({}, [snapshot('a', { auto: 'offline', small: 'live' })]), 'auto')).toEqual(['auto at a'])
  })

  it('is listed where there is a choice', () => {
    expect(listModels(known({}, [guide, snapshot('a', { small: 'live' })]), undefined, undefined).map(([best]) => best?.alias ?? best?.model)).toEqual(['guide', 'small'])
  })
})
