import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export interface Display {
  /** By which programs find it. */
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** Whether windows can be shown where they take neither the focus nor the clipboard from each other. */
export const hasOwnDisplays = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'Xvfb')))

/** Starts a display of its own, of which there can be many. */
export async function startDisplay(): Promise<Display> {
  // It chooses a number that is free, and writes it to the descriptor 3. Between two apps it stays as it is: by itself it starts anew when nobody is left.
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp', '-noreset'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const exited = once(server, 'exit')
  for await (const number of createInterface({ input: server.stdio[3] as Readable }))
    return {
      env: { DISPLAY: `:${number}` },
      async stop() {
        server.kill()
        await exited
      },
    }
  throw new Error('Xvfb ended before it had a display.')
}
