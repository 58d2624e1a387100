import { describe, expect, it } from 'vitest'
import { FirstError } from '@shared/errors'
import { errorOfReason } from '@shared/globus/reason-error'
import { NotAdmitted } from '@main/identity/introspection/not-admitted'
import { createRefusals } from '@main/gateway/refusals'

describe('who was refused lately', () => {
  it('is told with why, the newest first, alike ones as one', () => {
    let nowMs = 1
    const refusals = createRefusals(() => nowMs++)
    const stranger = new NotAdmitted('Access token expired.', { who: { username: 'ada@anl.gov' } })
    refusals.note(stranger, undefined, '10.0.0.1')
    refusals.note(new FirstError('access_denied', 'Not this model.'), { kind: 'key', id: 'key-1', name: 'script' }, '10.0.0.1')
    refusals.note(stranger, undefined, '10.0.0.1')
    expect(refusals.list()).toEqual([
      { status: 401, code: 'unauthorized', reason: 'Access token expired.', name: 'ada@anl.gov', origin: '10.0.0.1', atMs: 3, count: 2 },
      { status: 403, code: 'access_denied', reason: 'Not this model.', identity: 'key-1', name: 'script', origin: '10.0.0.1', atMs: 2, count: 1 },
    ])
  })

  it('is nobody who was told of something else', () => {
    const refusals = createRefusals(() => 1)
    refusals.note(new FirstError('globus_unreachable', 'Not now.'), undefined, undefined)
    refusals.note(new FirstError('model_not_found', 'Not here.'), undefined, undefined)
    refusals.note(errorOfReason({ kind: 'policy', sentence: 'ALCF asks for a fresh sign-in.' }, 'alcf'), { kind: 'owner', id: 'owner', name: 'owner' }, '127.0.0.1')
    refusals.note(errorOfReason({ kind: 'not_member', sentence: 'ALCF admits members only.' }, 'alcf'), { kind: 'owner', id: 'owner', name: 'owner' }, '127.0.0.1')
    expect(refusals.list()).toEqual([])
  })

  it('are a hundred at most', () => {
    const refusals = createRefusals(() => 1)
    for (let count = 0; count < 150; count++) refusals.note(new FirstError('unauthorized', `No ${count}.`), undefined, undefined)
    expect(refusals.list().map(({ reason }) => reason)).toEqual(Array.from({ length: 100 }, (_none, at) => `No ${149 - at}.`))
  })
})
