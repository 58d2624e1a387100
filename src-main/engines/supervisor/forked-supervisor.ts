import { FirstError } from '@shared/errors'
import type { ChildHost, ChildProcess } from '../engine'
import { notStarted, type StartSupervisor, type SupervisedCommand } from './supervisor'
import { fromSupervisorChild, type ToSupervisorChild } from './protocol'

/**
 * Starts supervisors from a short-lived child. Chromium opens files that its children inherit, and an engine outlives the app: without this
 * it would hold databases, sockets and pipes of an app that has ended. A utility process has none of them.
 */
export function createForkedSupervisors(childHost: ChildHost): StartSupervisor {
  return async (command) => {
    const child = childHost.fork({ module: 'supervisor-child.js', name: 'supervisor', env: {} })
    const ended = new Promise<void>((resolve) => child.onExit(() => resolve()))
    const pid = await untilStarted(child, command, ended)
    const last = async (message: ToSupervisorChild): Promise<void> => {
      child.send(message)
      await ended
    }
    return { pid, go: () => last({ type: 'go' }), abandon: () => last({ type: 'abandon' }) }
  }
}

function untilStarted(child: ChildProcess, command: SupervisedCommand, ended: Promise<void>): Promise<number> {
  const start: ToSupervisorChild = { type: 'start', command: { ...command, argv: [...command.argv], env: { ...command.env } } }
  return new Promise((resolve, reject) => {
    const giveUp = (error: FirstError): void => {
      reject(error)
      child.kill()
    }
    void ended.then(() => reject(notStarted(command.argv, 'what should have started it ended')))
    child.onMessage((raw) => {
      const message = fromSupervisorChild.safeParse(raw)
      if (!message.success) giveUp(notStarted(command.argv, 'what should have started it sent something unknown'))
      else if (message.data.type === 'hello') child.send(start)
      else if (message.data.type === 'failed') giveUp(new FirstError('model_failed', message.data.message))
      else resolve(message.data.pid)
    })
  })
}
