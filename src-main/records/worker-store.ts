import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { z } from 'zod'
import { FirstError } from '@shared/errors'
import type { RecordsStore } from './records-store'
import { answers, closeThread, receiveError, reply, type Asked, type Question } from './worker-messages'

interface WorkerStoreDeps {
  /** The built module `records-worker.js`. */
  readonly module: string
  /** Of the database; its tables are there. */
  readonly path: string
}

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (cause: unknown) => void
}

/**
 * Records in a thread with a connection of its own, so that neither a write nor a long look through a million rows holds up a request.
 * The thread starts with the first question, and again with the next after it died.
 */
export function createWorkerStore({ module, path }: WorkerStoreDeps): RecordsStore {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let lastId = 0

  const start = (): Worker => {
    const started = new Worker(module, { workerData: { path } })
    const onEnd = (cause?: unknown): void => {
      if (worker === started) worker = undefined
      for (const { reject } of waiting.values()) reject(new FirstError('internal_error', 'The thread that keeps the records ended.', { cause }))
      waiting.clear()
    }
    started.on('message', (message: unknown) => {
      const read = reply.parse(message)
      const asked = waiting.get(read.id)
      waiting.delete(read.id)
      if ('error' in read) asked?.reject(receiveError(read.error))
      else asked?.resolve(read.answer)
    })
    started.on('error', onEnd)
    started.on('exit', () => onEnd())
    return started
  }

  const ask = async <Name extends Asked>(name: Name, input: Extract<Question, { ask: Name }>['input']): Promise<z.infer<(typeof answers)[Name]>> => {
    worker ??= start()
    const id = ++lastId
    const answered = new Promise<unknown>((resolve, reject) => void waiting.set(id, { resolve, reject }))
    worker.postMessage({ id, ask: name, input })
    return answers[name].parse(await answered) as z.infer<(typeof answers)[Name]>
  }

  return {
    write: (batch) => ask('write', batch),
    recent: (query) => ask('recent', query),
    usage: (request) => ask('usage', request),
    series: (request) => ask('series', request),
    kept: () => ask('kept', undefined),
    async close() {
      if (worker === undefined) return
      const ended = once(worker, 'exit')
      worker.postMessage(closeThread)
      await ended
    },
  }
}
