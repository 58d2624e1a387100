import { constants } from 'node:os'
import { createOutputTail } from '../../../engines/llama/output-tail'
import type { StopMark } from './replica-files'

export interface EndFacts {
  /** As a shell counts: above 128 a signal. Absent: nobody saw it end. */
  readonly exitCode: number | undefined
  readonly stopMark: StopMark | undefined
  /** The last of what it printed. */
  readonly log: string
  readonly port: number
}

const signalBase = 128

/** One sentence that says how a replica ended. */
export function endReason({ exitCode, stopMark, log, port }: EndFacts): string {
  if (stopMark === 'asked') return 'It was stopped.'
  if (stopMark === 'killed') return 'It was stopped: it did not end when it was asked to, and was killed.'
  if (exitCode === undefined) return 'Its processes are gone, and nobody saw them end: they were killed, or the machine was restarted.'
  if (/EADDRINUSE|address already in use/i.test(log)) return `Another program took its port, ${port}, before it did.`
  const tail = createOutputTail()
  tail.add(log)
  const complaint = tail.complaint()
  const said = complaint === '' ? ', and it printed nothing.' : `: ${complaint}`
  const signal = signalName(exitCode - signalBase)
  if (signal === 'SIGKILL') return 'It was killed (SIGKILL): by someone, or by the system for want of memory.'
  if (signal !== undefined) return `It was ended by ${signal}${said}`
  return exitCode === 0 ? 'It ended by itself, with exit code 0.' : `It ended with exit code ${exitCode}${said}`
}

function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, each]) => each === number)?.[0]
}
