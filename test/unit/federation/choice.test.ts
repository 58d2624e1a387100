import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ModelInfo, ModelStatus } from '@shared/domain/model'
import { modelStatus } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import { createChoice, type Choice } from '@main/federation/choice'
import type { Candidate } from '@main/federation/model-index'

const place = (cluster: string, status: ModelStatus = 'live', extra: Partial<Omit<Candidate, 'info'>> & { info?: Partial<ModelInfo> } = {}): Candidate => {
  const { info, ...rest } = extra
  return { key: `${cluster}/api/m`, cluster, model: 'm', framework: 'api', info: { id: 'm', cluster, framework: 'api', status, ...info }, ...rest }
}
const unreachable = new FirstError('upstream_unreachable', 'It is away.')
const asksFor = (retryAfterS: number): FirstError => new FirstError('too_many_requests', 'Full.', { retryAfterS })

let nowMs: number
let choice: Choice
beforeEach(() => {
  nowMs = 1_000
  choice = createChoice({ clock: () => nowMs })
})
const order = (candidates: readonly Candidate[], affinity?: string): string[] => choice.order(candidates, affinity).map(({ cluster }) => cluster)
/** A request that is served whole after so long. */
const serve = (candidate: Candidate, firstTokenMs: number, affinity?: string): void => {
  const flight = choice.begin(candidate, affinity)
  nowMs += firstTokenMs
  flight.firstByte()
  flight.end('served')
}
const fail = (candidate: Candidate, times: number, error = unreachable): void => {
  for (let time = 0; time < times; time++) choice.begin(candidate, undefined).end(error)
}

describe('the places for one request', () => {
  it('are in the order in which they can serve it soonest', () => {
    const full = place('full', 'live', { info: { capacity: 1 } })
    choice.begin(full, undefined)
    const all = [place('down', 'failed'), place('closed', 'maintenance'), place('silent', 'unknown'), place('cold', 'offline'), place('nodes', 'offline', { freeNodes: 3 }), place('queued', 'queued'), place('starting', 'starting'), full, place('free', 'live', { info: { capacity: 1 } })]
    expect(order(all)).toEqual(['free', 'full', 'queued', 'starting', 'nodes', 'cold', 'silent', 'down', 'closed'])
  })

  it('stay in configured order where nothing tells them apart', () => {
    expect(order([place('b'), place('a'), place('c')])).toEqual(['b', 'a', 'c'])
  })

  it('are those with the fewest requests first, where the model is live', () => {
    const [a, b] = [place('a'), place('b')]
    const flight = choice.begin(a, undefined)
    expect(order([a, b])).toEqual(['b', 'a'])
    flight.end('served')
    expect(order([a, b])).toEqual(['a', 'b'])
  })

  it('are weighed by how soon each begins to answer: the slow one gets what the quick one is too busy for', () => {
    const [slow, quick] = [place('slow'), place('quick')]
    serve(slow, 900)
    serve(quick, 200)
    const chosen = Array.from({ length: 7 }, () => {
      const [best] = choice.order([slow, quick], undefined)
      choice.begin(best!, undefined, false)
      return best?.cluster
    })
    expect(chosen).toEqual(['quick', 'quick', 'quick', 'quick', 'quick', 'slow', 'quick'])
  })

  it('are not told apart by the noise of measurements', () => {
    const [a, b] = [place('a'), place('b')]
    serve(a, 105)
    serve(b, 95)
    expect(order([a, b])).toEqual(['a', 'b'])
  })

  it('are tried again when it is long since one was slow', () => {
    const [slow, quick] = [place('slow'), place('quick')]
    serve(slow, 5_000)
    expect(order([slow, quick])).toEqual(['slow', 'quick'])
    serve(quick, 100)
    expect(order([slow, quick])).toEqual(['quick', 'slow'])
    nowMs += 600_000
    serve(quick, 100)
    expect(order([slow, quick])).toEqual(['slow', 'quick'])
  })

  it('are not spread while the model is not live: one copy is started, not two', () => {
    const [a, b] = [place('a', 'offline', { freeNodes: 1 }), place('b', 'offline', { freeNodes: 1 })]
    choice.begin(b, undefined)
    expect(order([a, b])).toEqual(['b', 'a'])
  })

  it('of an alias follow its list within a rank, whatever the load', () => {
    const wanted = place('wanted', 'live', { preference: 0, alias: 'fast' })
    const other = place('other', 'live', { preference: 1, alias: 'fast' })
    choice.begin(wanted, undefined)
    expect(order([other, wanted])).toEqual(['wanted', 'other'])
    expect(order([{ ...wanted, info: { ...wanted.info, status: 'starting' } }, other])).toEqual(['other', 'wanted'])
  })

  it('say nothing of their speed by answers that come whole, or by a model that had to start', () => {
    const [a, b] = [place('a'), place('b')]
    const whole = choice.begin(a, undefined, false)
    const cold = choice.begin(place('b', 'starting'), undefined)
    nowMs += 600_000
    for (const flight of [whole, cold]) {
      flight.firstByte()
      flight.end('served')
    }
    expect(choice.state().map(({ firstTokenMs, breaker }) => [firstTokenMs, breaker])).toEqual([[undefined, 'closed'], [undefined, 'closed']])
    expect(order([a, b])).toEqual(['a', 'b'])
  })
})

describe('a conversation', () => {
  const [a, b] = [place('a'), place('b')]

  it('goes where it went last', () => {
    serve(b, 10, 'talk')
    serve(a, 10, 'other')
    expect(order([a, b], 'talk')).toEqual(['b', 'a'])
    expect(order([a, b], 'unheard')).toEqual(['a', 'b'])
  })

  it('follows a long prefix that it shares with another, before it has a place of its own', () => {
    serve(b, 10, 'talk.prefix')
    expect(order([a, b], 'new.prefix')).toEqual(['b', 'a'])
    serve(a, 10, 'new.prefix')
    expect(order([a, b], 'talk.prefix')[0]).toBe('b')
  })

  it('goes elsewhere where its place has clearly more to do', () => {
    serve(b, 10, 'talk')
    for (let count = 0; count < 8; count++) choice.begin(b, undefined)
    expect(order([a, b], 'talk')[0]).toBe('b')
    choice.begin(b, undefined)
    expect(order([a, b], 'talk')[0]).toBe('a')
  })

  it('goes elsewhere where its place has no room, or is not live any more', () => {
    const small = place('b', 'live', { info: { capacity: 1 } })
    serve(small, 10, 'talk')
    expect(order([a, small], 'talk')[0]).toBe('b')
    choice.begin(small, undefined)
    expect(order([a, small], 'talk')[0]).toBe('a')
    expect(order([a, place('b', 'offline')], 'talk')[0]).toBe('a')
  })

  it('is forgotten when many others came since', () => {
    choice = createChoice({ clock: () => nowMs, affinities: 2 })
    for (const talk of ['one', 'two', 'three']) serve(b, 10, talk)
    expect([order([a, b], 'one')[0], order([a, b], 'three')[0]]).toEqual(['a', 'b'])
  })
})

describe('a place that fails', () => {
  const [a, b] = [place('a'), place('b')]

  it('is left out after three failures in a row, and comes back as one probe', () => {
    fail(a, 3)
    expect(order([a, b])).toEqual(['b'])
    nowMs += 2_000
    expect(order([a, b])).toEqual(['a', 'b'])
    const probe = choice.begin(a, undefined)
    expect(order([a, b])).toEqual(['b'])
    probe.firstByte()
    expect(order([b, a])).toEqual(['b', 'a'])
  })

  it('is asked all the same where no other can be reached', () => {
    fail(a, 3)
    expect(order([a])).toEqual(['a'])
    expect(order([a, place('away', 'unknown')])).toEqual(['a', 'away'])
    fail(b, 3)
    expect(order([a, b])).toEqual(['a', 'b'])
  })

  it.each([
    ['invalid_request', 'closed'],
    ['context_length_exceeded', 'closed'],
    ['internal_error', 'closed'],
    ['model_loading', 'closed'],
    ['upstream_error', 'open'],
    ['upstream_unauthorized', 'open'],
    ['request_timeout', 'open'],
    ['model_not_found', 'open'],
  ] as const)('with %s, three times, has its breaker %s', (code, breaker) => {
    fail(a, 3, new FirstError(code, 'No.'))
    expect(choice.state()).toMatchObject([{ cluster: 'a', breaker }])
  })

  it('is not blamed for callers who leave', () => {
    for (let count = 0; count < 9; count++) choice.begin(a, undefined).end('left')
    expect(choice.state()).toMatchObject([{ breaker: 'closed', inFlight: 0 }])
  })

  it('is left out while an answer does not begin, and that answer says no more when it ends', () => {
    const hanging = choice.begin(a, undefined)
    nowMs += 119_999
    expect(order([a, b])).toContain('a')
    nowMs += 1
    expect(order([a, b])).toEqual(['b'])
    hanging.firstByte()
    hanging.end('served')
    expect(choice.state()[0]).toMatchObject({ breaker: 'open', inFlight: 0 })
  })

  it('is left out when it takes far longer than usual three times in a row', () => {
    choice = createChoice({ clock: () => nowMs, rules: { floorMs: 1_000, factor: 2 } })
    serve(a, 100)
    for (const tookMs of [900, 2_000, 4_000]) serve(a, tookMs)
    expect(choice.state()).toMatchObject([{ breaker: 'closed' }])
    serve(a, 8_000)
    expect(choice.state()).toMatchObject([{ breaker: 'open' }])
  })

  it('is asked again as soon as the directory says that its model came alive', () => {
    const starting = place('a', 'starting')
    choice.begin(starting, undefined).end(new FirstError('model_loading', 'It loads.', { retryAfterS: 600 }))
    expect(choice.resting([starting])).toMatchObject({ code: 'model_loading' })
    expect(choice.resting([a])).toBeUndefined()
    expect(order([b, a])).toEqual(['a', 'b'])
  })
})

describe('a place that asks for time', () => {
  const [a, b] = [place('a'), place('b')]

  it('is left out for exactly that time', () => {
    fail(a, 1, asksFor(30))
    nowMs += 29_999
    expect(order([a, b])).toEqual(['b'])
    nowMs += 1
    expect(order([a, b])).toEqual(['a', 'b'])
  })

  it('is left out for a second where it is full and names no time', () => {
    fail(a, 1, new FirstError('too_many_requests', 'Full.'))
    expect(order([a, b])).toEqual(['b'])
    expect(choice.resting([a])).toBeUndefined()
    nowMs += 1_000
    expect(order([a, b])).toEqual(['a', 'b'])
  })

  it('rests: its own failure, with the time that is left, stands for asking it', () => {
    fail(a, 1, asksFor(30))
    expect(choice.resting([a, b])).toBeUndefined()
    fail(b, 1, asksFor(10))
    nowMs += 2_500
    expect(choice.resting([a, b])).toMatchObject({ code: 'too_many_requests', message: 'Full.', retryAfterS: 8 })
    nowMs += 7_500
    expect(choice.resting([a, b])).toBeUndefined()
  })

  it('does not rest when it only failed', () => {
    fail(a, 3)
    expect(choice.resting([a])).toBeUndefined()
  })
})

describe('what is known of the places', () => {
  it('tells requests of batches from others, and forgets the places that a batch had for itself', () => {
    const a = place('a')
    const own = { ...a, key: 'batch_1@a', batch: 'batch_1' }
    const flights = [choice.begin(a, undefined), choice.begin(a, undefined, true, true), choice.begin(own, undefined, true, true)]
    expect(choice.state()).toMatchObject([{ cluster: 'a', inFlight: 2, ofBatches: 1 }, { cluster: 'a', batch: 'batch_1', inFlight: 1, ofBatches: 1 }])
    for (const flight of flights) flight.end('served')
    choice.forgetBatch('batch_1')
    expect(choice.state()).toMatchObject([{ cluster: 'a', inFlight: 0, ofBatches: 0 }])
    expect(choice.state()).toHaveLength(1)
  })

  it('is told for metrics, without those of clusters that are gone', () => {
    const [a, b] = [place('a'), place('b')]
    serve(a, 100)
    serve(a, 200)
    const flight = choice.begin(b, undefined)
    choice.keepOnly(new Set(['a']))
    expect(choice.state()).toEqual([
      { cluster: 'a', model: 'm', framework: 'api', inFlight: 0, ofBatches: 0, breaker: 'closed', firstTokenMs: 130 },
      { cluster: 'b', model: 'm', framework: 'api', inFlight: 1, ofBatches: 0, breaker: 'closed' },
    ])
    flight.end('left')
    choice.keepOnly(new Set(['a']))
    expect(choice.state().map(({ cluster }) => cluster)).toEqual(['a'])
  })

  it('counts each request once, however often its end is told', () => {
    const flight = choice.begin(place('a'), undefined)
    flight.end('left')
    flight.end('served')
    flight.firstByte()
    expect(choice.state()).toMatchObject([{ inFlight: 0 }])
  })
})

describe('whatever happened before', () => {
  const candidates = fc.uniqueArray(fc.record({ cluster: fc.constantFrom('a', 'b', 'c', 'd'), status: fc.constantFrom(...modelStatus.options), capacity: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }), freeNodes: fc.nat(1) }), { selector: ({ cluster }) => cluster, minLength: 1 })
    .map((all) => all.map(({ cluster, status, capacity, freeNodes }) => place(cluster, status, { freeNodes, info: capacity === undefined ? {} : { capacity } })))
  const outcome = fc.constantFrom<'served' | 'left' | 'stays' | FirstError>('served', 'left', 'stays', unreachable, asksFor(5), new FirstError('invalid_request', 'No.'))
  const history = fc.array(fc.record({ at: fc.nat(3), affinity: fc.option(fc.constantFrom('x', 'y', 'x.y'), { nil: undefined }), outcome, afterMs: fc.nat(5_000) }), { maxLength: 40 })

  it('a request has a place to go to, each is one that was given, and none comes twice', () => {
    fc.assert(fc.property(candidates, history, (all, past) => {
      let now = 0
      const choice = createChoice({ clock: () => now })
      for (const { at, affinity, outcome, afterMs } of past) {
        const ordered = choice.order(all, affinity)
        expect(ordered.length).toBeGreaterThan(0)
        expect(new Set(ordered).size).toBe(ordered.length)
        expect(all).toEqual(expect.arrayContaining([...ordered]))
        const flight = choice.begin(ordered[at % ordered.length]!, affinity)
        now += afterMs
        if (outcome === 'stays') continue
        if (outcome === 'served') flight.firstByte()
        flight.end(outcome)
      }
      const stayed = past.filter(({ outcome }) => outcome === 'stays').length
      expect(choice.state().reduce((sum, { inFlight }) => sum + inFlight, 0)).toBe(stayed)
    }))
  })

  it('a place that can be reached never stands behind one that cannot', () => {
    fc.assert(fc.property(candidates, (all) => {
      const away = (candidate: Candidate): boolean => ['unknown', 'failed', 'maintenance'].includes(candidate.info.status)
      const reached = createChoice({ clock: () => 0 }).order(all, undefined).map((candidate) => !away(candidate))
      expect(reached).toEqual([...reached].sort((a, b) => Number(b) - Number(a)))
    }))
  })
})
