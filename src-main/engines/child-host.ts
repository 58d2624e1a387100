import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { ChildHost } from './engine'

/** Runs modules of the build, which lie in `buildDir`, as plain Node processes. */
export function createNodeChildHost({ buildDir }: { readonly buildDir: string }): ChildHost {
  return {
    fork: ({ module, env }) => {
      const child = fork(join(buildDir, module), [], {
        env: { ...process.env, ...env },
        // A debugger or loader of the parent is not the child's.
        execArgv: [],
        serialization: 'advanced',
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      })
      const outputListeners: ((text: string) => void)[] = []
      const report = (text: string): void => outputListeners.forEach((listener) => listener(text))
      for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', report)
      // A fork that fails has no `exit`; a message to a child that is gone ends here too, and its `close` follows.
      child.on('error', (error) => report(`${error.message}\n`))
      const ended = new Promise<number | null>((resolve) => {
        child.once('close', resolve)
        if (child.pid === undefined) child.once('error', () => resolve(null))
      })
      return {
        pid: child.pid,
        send: (message) => {
          if (child.connected) child.send(message as object)
        },
        onMessage: (listener) => void child.on('message', listener),
        onOutput: (listener) => void outputListeners.push(listener),
        onExit: (listener) => void ended.then(listener),
        kill: () => void child.kill('SIGKILL'),
      }
    },
  }
}
