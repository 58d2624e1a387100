import { parentPort, workerData } from 'node:worker_threads'
import { sendError } from '../../records/worker-messages'
import { checkFile } from './check-file'
import { checkTask, type WorkerNews } from './worker-messages'

const port = parentPort
if (port === null) throw new Error('This module is started as a thread.')
const tell = (news: WorkerNews): void => port.postMessage(news)

const { path, rules, index } = checkTask.parse(workerData)
checkFile({ path, rules, ...(index !== undefined && { index }) }, { onProgress: (progress) => tell({ progress }) }).then(
  (report) => tell({ report }),
  (cause: unknown) => tell({ error: sendError(cause) }),
)
