import { join } from 'node:path'
import { utilityProcess } from 'electron'
import type { ChildHost } from '../engines/engine'

/** Runs a module of the build in a utility process, which ends with the app however that ends. */
export function createChildHost(buildDir: string): ChildHost {
  return {
    fork({ module, name, env }) {
      const child = utilityProcess.fork(join(buildDir, module), [], { serviceName: name, stdio: 'pipe', env: { ...process.env, ...env } })
      let hasExited = false
      child.once('exit', () => (hasExited = true))
      return {
        get pid() {
          return child.pid
        },
        send: (message) => child.postMessage(message),
        onMessage: (listener) => child.on('message', listener),
        onOutput(listener) {
          for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', listener)
        },
        onExit: (listener) => child.once('exit', listener),
        kill() {
          // `UtilityProcess.kill` asks with SIGTERM; a child in the middle of native code does not hear it.
          if (!hasExited && child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
        },
      }
    },
  }
}
