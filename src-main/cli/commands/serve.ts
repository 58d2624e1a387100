import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Command } from 'commander'
import { isLoopback } from '../../core/listen'
import type { CliContext } from '../context'
import { dataDirFlag, flag, parseHost, parsePath, parsePort } from '../options'

interface ServeFlags {
  readonly host?: string
  readonly port?: number
  readonly dataDir: string
  readonly config?: string
  readonly open?: boolean
}

export function addServe(program: Command, context: CliContext): void {
  program
    .command('serve')
    .description('run the gateway, and serve the window to a browser')
    .addOption(flag('--host <host>', 'address to listen on (default: 127.0.0.1)').argParser(parseHost))
    .addOption(flag('--port <port>', 'port to listen on; 0 picks a free one (default: 3477)').argParser(parsePort))
    .addOption(dataDirFlag())
    .addOption(flag('--config <file>', 'configuration (default: config.yaml in the data directory)').argParser(parsePath))
    .addOption(flag('--open', 'open the window in the browser'))
    .action(async (flags: ServeFlags) => {
      // Loaded here, so that the other commands start without the core.
      const { serve } = await import('../../headless/serve')
      const log = heldLog(context.err)
      const { core, address } = await serve({
        dataDir: flags.dataDir,
        ...(flags.config !== undefined && { configFile: flags.config }),
        ...(flags.host !== undefined && { host: flags.host }),
        ...(flags.port !== undefined && { port: flags.port }),
        logStream: log,
      })
      log.release()
      if (context.signal.aborted) {
        await core.close()
        return
      }
      if (flags.host !== undefined && !isLoopback(flags.host))
        context.err('Warning: this gateway can be reached from other machines, and what is sent to it is not encrypted. Safer: keep it on 127.0.0.1 and reach it through «ssh -L». Names that requests may use for it go to gateway.allowedHosts in config.yaml.\n')
      context.out(`FIRST Desktop is ready at ${address}\n`)
      if (flags.open === true) openBrowser(address, context)
      const uncaught = (cause: unknown): void => {
        core.logger.error({ cause }, 'an error that nobody caught')
        void core.close().finally(() => process.exit(1))
      }
      process.once('uncaughtException', uncaught)
      await once(context.signal, 'abort')
      await core.close()
    })
}

/** Keeps lines back until the start has come to its end: a start that fails says one sentence, and the log file has the rest. */
function heldLog(write: (text: string) => void): { write(line: string): void; release(): void } {
  let held: string[] | undefined = []
  return {
    write: (line) => (held === undefined ? write(line) : void held.push(line)),
    release() {
      for (const line of held ?? []) write(line)
      held = undefined
    },
  }
}

function openBrowser(address: string, context: CliContext): void {
  const [command, ...args] = process.platform === 'darwin' ? ['open', address] : process.platform === 'win32' ? ['cmd', '/c', 'start', '""', address] : ['xdg-open', address]
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => context.err('No browser could be opened; open the address above yourself.\n'))
  child.unref()
}
