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
export function createWorkerStore(deps: WorkerStoreDeps): RecordsStore {
  let thread: Thread | undefined
  let lastId = 0

  const ask = async <Name extends Asked>(name: Name, input: Extract<Question, { ask: Name }>['input']): Promise<z.infer<(typeof answers)[Name]>> => {
    thread ??= startThread(deps, (ended) => {
      if (thread === ended) thread = undefined
    })
    const { worker, waiting } = thread
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
      if (thread === undefined) return
      const ended = once(thread.worker, 'exit')
      thread.worker.postMessage(closeThread)
      await ended
    },
  }
}

interface Thread {
  readonly worker: Worker
  /** Questions that were put to it, by their ids. */
  readonly waiting: Map<number, Waiting>
}

function startThread({ module, path }: WorkerStoreDeps, onEnd: (thread: Thread) => void): Thread {
  const thread: Thread = { worker: new Worker(module, { workerData: { path } }), waiting: new Map() }
  const { worker, waiting } = thread
  const end = (cause?: unknown): void => {
    onEnd(thread)
    for (const { reject } of waiting.values()) reject(new FirstError('internal_error', 'The thread that keeps the records ended.', { cause }))
    waiting.clear()
  }
  worker.on('message', (message: unknown) => {
    const read = reply.parse(message)
    const asked = waiting.get(read.id)
    waiting.delete(read.id)
    if ('error' in read) asked?.reject(receiveError(read.error))
    else asked?.resolve(read.answer)
  })
  worker.on('error', end)
  worker.on('exit', () => end())
  return thread
}
