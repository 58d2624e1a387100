import { constants } from 'node:os'
import { describe, expect, it } from 'vitest'
import { endReason } from '@main/clusters/local/processes/end-reason'

const facts = { exitCode: 1, stopMark: undefined, log: '', port: 20_001 } as const

describe('how a replica ended', () => {
  it.each([
    [{ stopMark: 'asked', exitCode: 143 }, 'It was stopped.'],
    [{ stopMark: 'killed', exitCode: undefined }, 'It was stopped: it did not end when it was asked to, and was killed.'],
    [{ exitCode: undefined }, 'Its processes are gone, and nobody saw them end: they were killed, or the machine was restarted.'],
    [{ exitCode: 0, log: 'bye\n' }, 'It ended by itself, with exit code 0.'],
    [{ exitCode: 1 }, 'It ended with exit code 1, and it printed nothing.'],
    [{ exitCode: 1, log: 'loading\nRuntimeError: CUDA out of memory\nsee the manual\n' }, 'It ended with exit code 1: RuntimeError: CUDA out of memory'],
    [{ exitCode: 128 + constants.signals.SIGKILL, log: 'x' }, 'It was killed (SIGKILL): by someone, or by the system for want of memory.'],
    [{ exitCode: 128 + constants.signals.SIGSEGV, log: 'x' }, 'It was ended by SIGSEGV: x'],
    [{ exitCode: 1, log: 'OSError: [Errno 98] Address already in use\n' }, 'Another program took its port, 20001, before it did.'],
  ] as const)('%j: %s', (more, sentence) => {
    expect(endReason({ ...facts, ...more })).toBe(sentence)
  })
})
