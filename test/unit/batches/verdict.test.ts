import { errorKinds, FirstError, type ErrorCode } from '@shared/errors'
import { verdictOf } from '@main/batches/run/verdict'
import { describe, expect, test } from 'vitest'

const verdict = (code: ErrorCode) => verdictOf(new FirstError(code, 'x'))

describe('what an error means for a line of a batch', () => {
  test.each(['secret_unreadable', 'config_invalid', 'data_dir_unusable', 'disk_full', 'model_file_invalid', 'globus_unreachable', 'sign_in_needed', 'upstream_unauthorized', 'model_not_found'] as const)('%s is about a place or this machine: the line waits', (code) => {
    expect(verdict(code)).toBe('later')
  })

  test.each(['upstream_error', 'request_timeout', 'internal_error'] as const)('%s may be its own doing: it is tried again', (code) => {
    expect(verdict(code)).toBe('again')
  })

  test('only what is wrong with the request, or not allowed, ends it at once', () => {
    const final = (Object.keys(errorKinds) as ErrorCode[]).filter((code) => verdict(code) === 'final')
    expect(final.map((code) => errorKinds[code].status).filter((status) => status >= 500)).toEqual([])
    expect(final).toContain('context_length_exceeded')
  })
})
