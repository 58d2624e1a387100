import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { openDatabase } from '../storage/database'
import { createLocalStore } from './local-store'
import { sendError, type closeThread, type Question, type Reply } from './worker-messages'

const { path } = z.object({ path: z.string() }).parse(workerData)
const port = parentPort
if (port === null) throw new Error('This module is started as a thread.')

const database = openDatabase(path)
const store = createLocalStore({ database })

function work(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'write':
      return store.write(question.input)
    case 'recent':
      return store.recent(question.input)
    case 'usage':
      return store.usage(question.input)
    case 'series':
      return store.series(question.input)
    case 'kept':
      return store.kept()
  }
}

port.on('message', (question: Question | typeof closeThread) => {
  if (question.ask === 'close') {
    database.close()
    port.close()
    return
  }
  const send = (reply: Reply): void => port.postMessage(reply)
  work(question).then(
    (answer) => send({ id: question.id, answer }),
    (cause: unknown) => send({ id: question.id, error: sendError(cause) }),
  )
})
