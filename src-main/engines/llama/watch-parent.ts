import { Worker } from 'node:worker_threads'

/** Runs in a thread of its own: loading a model blocks the main one for as long as the disk takes. */
const watch = `
const { workerData } = require('node:worker_threads')
setInterval(() => { if (process.ppid !== workerData.parent) process.kill(process.pid, 'SIGKILL') }, workerData.everyMs)
`

/** Ends this process when its parent is gone, even while llama.cpp holds the main thread. On Windows a parent's id never changes, and the cut line has to do. */
export function watchParent(everyMs: number): void {
  const worker = new Worker(watch, { eval: true, workerData: { parent: process.ppid, everyMs } })
  worker.unref()
}
