import { describe, expect, it } from 'vitest'
import { verdictOf } from '@main/federation/verdict'
import { FirstError } from '@shared/errors'

const busy = (retryAfterS?: number): FirstError => new FirstError('too_many_requests', 'Full.', retryAfterS === undefined ? {} : { retryAfterS })

describe('what the end of a request says of its place', () => {
  it.each([
    ['the time that it names', busy(30), { kind: 'paused', forMs: 30_000, isNamed: true }],
    ['a quarter of an hour at most', busy(86_400), { kind: 'paused', forMs: 900_000, isNamed: true }],
    ['a second where it names none', busy(), { kind: 'paused', forMs: 1_000, isNamed: false }],
  ])('a place that is busy is left alone for %s', (_time, error, verdict) => {
    expect(verdictOf(error)).toEqual(verdict)
  })

  it.each([
    ['upstream_error', 'failed'],
    ['model_not_found', 'failed'],
    ['invalid_request', 'left'],
    ['internal_error', 'left'],
  ] as const)('%s: %s', (code, kind) => {
    expect(verdictOf(new FirstError(code, 'x'))).toEqual({ kind })
  })
})
