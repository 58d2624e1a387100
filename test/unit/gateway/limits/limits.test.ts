import fc from 'fast-check'
import { configSchema, type LimitsConfig } from '@shared/config/schema'
import type { Identity } from '@shared/domain/identity'
import type { Usage } from '@shared/domain/usage'
import { FirstError } from '@shared/errors'
import { createLimits, type Admission, type Limits } from '@main/gateway/limits/limits'
import { describe, expect, test } from 'vitest'

const who = (id: string): Identity => ({ kind: 'key', id, name: `name of ${id}` })
const tokens = (totalTokens: number): Usage => ({ promptTokens: totalTokens, completionTokens: 0, totalTokens, isEstimated: false })

interface Bench {
  readonly limits: Limits
  readonly wait: (ms: number) => void
  readonly set: (limits: Partial<LimitsConfig>) => void
}

function bench(initial: Partial<LimitsConfig>, startMs = 1_790_000_000_123): Bench {
  const parse = (limits: Partial<LimitsConfig>): LimitsConfig => configSchema.parse({ limits }).limits
  let nowMs = startMs
  let config = parse(initial)
  return {
    limits: createLimits({ config: () => config, clock: () => nowMs }),
    wait: (ms) => void (nowMs += ms),
    set: (limits) => void (config = parse(limits)),
  }
}

function refusal(limits: Limits, identity: Identity, model: string): FirstError {
  try {
    limits.admit(identity, model)
  } catch (error) {
    if (error instanceof FirstError) return error
  }
  throw new Error('it was let in')
}

describe('limits that are off', () => {
  test('give every request one and the same admission', () => {
    const { limits } = bench({})
    const admission = limits.admit(who('a'), 'm')
    expect(admission.headers).toEqual({})
    expect(limits.admit(who('b'), 'n')).toBe(admission)
  })
})

describe('requests a minute', () => {
  test('of a key are counted over all models, and told in the headers', () => {
    const { limits, wait } = bench({ requestsPerMinutePerKey: 2 })
    expect(limits.admit(who('a'), 'm').headers).toEqual({ 'x-ratelimit-limit-requests': '2', 'x-ratelimit-remaining-requests': '1', 'x-ratelimit-reset-requests': '1m1s' })
    wait(10_000)
    expect(limits.admit(who('a'), 'n').headers['x-ratelimit-remaining-requests']).toBe('0')
    const error = refusal(limits, who('a'), 'n')
    expect(error).toMatchObject({ code: 'too_many_requests', retryAfterS: 51, headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m1s' } })
    expect(error.info).toEqual({ global_model_usage: 0, user_model_usage: 0, limit: { name: 'requestsPerMinutePerKey', value: 2, used: 2 } })
    expect(error.message).toBe('"name of a" had 2 requests in the last minute; this gateway gives one key 2.')
    expect(limits.admit(who('b'), 'm')).toBeDefined()
  })

  test('of a model are counted over all keys', () => {
    const { limits } = bench({ requestsPerMinutePerModel: 2 })
    limits.admit(who('a'), 'm')
    limits.admit(who('b'), 'm')
    expect(refusal(limits, who('c'), 'm').message).toBe('The model "m" had 2 requests in the last minute; this gateway gives one model 2.')
    expect(limits.admit(who('a'), 'n')).toBeDefined()
  })

  test('hold for the owner too: they protect the models', () => {
    const { limits } = bench({ requestsPerMinutePerKey: 1 })
    const owner: Identity = { kind: 'owner', id: 'owner', name: 'owner' }
    limits.admit(owner, 'm')
    expect(refusal(limits, owner, 'm').retryAfterS).toBe(61)
  })

  test('the headers tell of the limit that has least left', () => {
    const { limits } = bench({ requestsPerMinutePerKey: 100, requestsPerMinutePerModel: 3 })
    expect(limits.admit(who('a'), 'm').headers).toMatchObject({ 'x-ratelimit-limit-requests': '3', 'x-ratelimit-remaining-requests': '2' })
  })

  test('a limit that is lowered or turned off holds from the next request on', () => {
    const { limits, set } = bench({ requestsPerMinutePerKey: 5 })
    for (let index = 0; index < 3; index++) limits.admit(who('a'), 'm')
    set({ requestsPerMinutePerKey: 2 })
    expect(refusal(limits, who('a'), 'm').headers).toMatchObject({ 'x-ratelimit-remaining-requests': '0' })
    set({})
    expect(limits.admit(who('a'), 'm').headers).toEqual({})
  })
})

describe('tokens a minute', () => {
  test('count when a request is over, and say whose they are', () => {
    const { limits, wait } = bench({ tokensPerMinutePerModel: 100, tokensPerMinutePerKey: 80 })
    const first = limits.admit(who('a'), 'm')
    expect(first.headers).toEqual({ 'x-ratelimit-limit-tokens': '80', 'x-ratelimit-remaining-tokens': '80', 'x-ratelimit-reset-tokens': '0s' })
    const second = limits.admit(who('b'), 'm')
    first.end(tokens(60))
    second.end(tokens(30))
    limits.admit(who('a'), 'n').end(tokens(10))
    wait(5000)
    expect(limits.admit(who('b'), 'm').headers).toMatchObject({ 'x-ratelimit-limit-tokens': '100', 'x-ratelimit-remaining-tokens': '10' })
    limits.admit(who('b'), 'm').end(tokens(20))
    const error = refusal(limits, who('a'), 'm')
    expect(error.info).toEqual({ global_model_usage: 110, user_model_usage: 60, limit: { name: 'tokensPerMinutePerModel', value: 100, used: 110 } })
    expect(error).toMatchObject({ retryAfterS: 56, headers: { 'x-ratelimit-remaining-tokens': '0' } })
    expect(limits.admit(who('a'), 'n')).toBeDefined()
  })

  test('of a request that outlives everything known of its key are counted all the same', () => {
    const { limits, wait } = bench({ tokensPerMinutePerModel: 100 })
    const long = limits.admit(who('a'), 'm')
    wait(600_000)
    limits.admit(who('b'), 'other')
    wait(600_000)
    limits.admit(who('b'), 'other')
    long.end(tokens(100))
    expect(refusal(limits, who('b'), 'm').info).toMatchObject({ global_model_usage: 100, user_model_usage: 0 })
  })

  test('are counted once, whatever is called twice', () => {
    const { limits } = bench({ tokensPerMinutePerKey: 100, concurrentRequestsPerKey: 2 })
    const one = limits.admit(who('a'), 'm')
    limits.admit(who('a'), 'm')
    for (let index = 0; index < 3; index++) one.end(tokens(50))
    expect(limits.admit(who('a'), 'm').headers['x-ratelimit-remaining-tokens']).toBe('50')
    expect(refusal(limits, who('a'), 'm').info).toMatchObject({ limit: { name: 'concurrentRequestsPerKey' } })
  })
})

describe('requests at once', () => {
  test('of a key are let in again when one ends, also one that used nothing', () => {
    const { limits } = bench({ concurrentRequestsPerKey: 1 })
    const first = limits.admit(who('a'), 'm')
    const error = refusal(limits, who('a'), 'n')
    expect(error).toMatchObject({ retryAfterS: 1, info: { limit: { name: 'concurrentRequestsPerKey', value: 1, used: 1 } } })
    expect(limits.admit(who('b'), 'm')).toBeDefined()
    first.end(undefined)
    expect(limits.admit(who('a'), 'm')).toBeDefined()
  })
})

/** What a crowd does: time passes, requests come and end. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ kind: fc.constant('ask' as const), key: fc.constantFrom('a', 'b'), model: fc.constantFrom('m', 'n') }),
  fc.record({ kind: fc.constant('end' as const), nth: fc.nat(20), tokens: fc.option(fc.nat(50)) }),
)
const limit = fc.record({ requestsPerMinutePerKey: fc.nat(5), requestsPerMinutePerModel: fc.nat(5), tokensPerMinutePerKey: fc.nat(100), tokensPerMinutePerModel: fc.nat(100), concurrentRequestsPerKey: fc.nat(4) })

interface Event {
  readonly atMs: number
  readonly key: string
  readonly model: string
}

describe('whatever comes when', () => {
  test('no minute sees more than a limit, what is refused counts for nothing, and waiting as long as told always helps', () => {
    fc.assert(
      fc.property(limit, fc.array(step, { maxLength: 120 }), fc.nat(1000), (config, steps, startMs) => {
        let atMs = 0
        const { limits, wait } = bench(config, startMs)
        const admitted: Event[] = []
        const used: (Event & { readonly tokens: number })[] = []
        const underWay: (Event & { readonly admission: Admission })[] = []
        const within = <E extends Event>(events: readonly E[], which: (event: E) => boolean): E[] => events.filter((event) => event.atMs > atMs - 60_000 && which(event))
        for (const action of steps) {
          if (action.kind === 'wait') {
            wait(action.ms)
            atMs += action.ms
          } else if (action.kind === 'end') {
            const [over] = underWay.splice(action.nth, 1)
            over?.admission.end(action.tokens === null ? undefined : tokens(action.tokens))
            if (over !== undefined) used.push({ ...over, atMs, tokens: action.tokens ?? 0 })
          } else {
            const { key, model } = action
            const ofKey = { requests: within(admitted, (event) => event.key === key).length, tokens: within(used, (event) => event.key === key).reduce((sum, event) => sum + event.tokens, 0) }
            const ofModel = { requests: within(admitted, (event) => event.model === model).length, tokens: within(used, (event) => event.model === model).reduce((sum, event) => sum + event.tokens, 0) }
            const atOnce = underWay.filter((event) => event.key === key).length
            try {
              underWay.push({ atMs, key, model, admission: limits.admit(who(key), model) })
              admitted.push({ atMs, key, model })
            } catch (error) {
              expect(error).toMatchObject({ code: 'too_many_requests', retryAfterS: expect.toSatisfy((value: number) => value >= 1 && value <= 61) as number })
              continue
            }
            const isUnder = (used: number, most: number): boolean => most === 0 || used < most
            expect([
              isUnder(ofKey.requests, config.requestsPerMinutePerKey),
              isUnder(ofModel.requests, config.requestsPerMinutePerModel),
              isUnder(ofKey.tokens, config.tokensPerMinutePerKey),
              isUnder(ofModel.tokens, config.tokensPerMinutePerModel),
              isUnder(atOnce, config.concurrentRequestsPerKey),
            ]).toEqual([true, true, true, true, true])
          }
        }
        for (const { admission } of underWay) admission.end(undefined)
        for (const key of ['a', 'b']) {
          try {
            limits.admit(who(key), 'm').end(undefined)
          } catch (error) {
            const { retryAfterS, info } = error as FirstError
            expect(info).not.toMatchObject({ limit: { name: 'concurrentRequestsPerKey' } })
            wait((retryAfterS ?? 0) * 1000)
            limits.admit(who(key), 'm').end(undefined)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('an hour back on the clock locks nobody out', () => {
    const { limits, wait } = bench({ requestsPerMinutePerKey: 1 })
    limits.admit(who('a'), 'm')
    wait(-3_600_000)
    limits.admit(who('a'), 'm')
    wait(61_000)
    expect(limits.admit(who('a'), 'm')).toBeDefined()
  })
})
