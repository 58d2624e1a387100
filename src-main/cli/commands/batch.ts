import { InvalidArgumentError, type Command } from 'commander'
import type { CliContext } from '../context'
import { dataDirFlag, flag, parsePath } from '../options'
import { parseDuration } from './key'

interface Flags {
  readonly dataDir: string
  readonly json?: true
}

/** Files of requests, run in the background by the gateway. What a command needs is imported in its action. */
export function addBatch(program: Command, context: CliContext): void {
  const batch = program.command('batch').description('run files of requests in the background')
  const json = () => flag('--json', 'print JSON')
  const model = () => flag('-m, --model <model>', 'for requests that name none; all others must ask for it, too')
  const byId = (name: string, description: string): Command => batch.command(name).description(description).argument('<id>', 'as «batch list» shows it').addOption(json()).addOption(dataDirFlag())

  batch
    .command('validate')
    .description('say what is in a file and what is wrong with it; no gateway is needed. Ends with 1 where it cannot be run')
    .argument('<file>', 'a JSONL file')
    .addOption(model())
    .addOption(json())
    .action(async (file: string, flags: { model?: string; json?: true }) => {
      const { validateFile } = await import('./batch-validate')
      await validateFile(parsePath(file), flags, context)
    })

  batch
    .command('submit')
    .description('check a file, send it to the running gateway, and print the id of the batch')
    .argument('<file>', 'a JSONL file')
    .addOption(model())
    .addOption(flag('--cluster <cluster>', 'only this one is to serve it'))
    .addOption(flag('--window <time>', 'how long it may take: 12h, 7d or 4w, at most 30d').argParser(parseWindow))
    .addOption(flag('--wait', 'wait for its end, as «batch watch» does'))
    .addOption(json())
    .addOption(dataDirFlag())
    .action(async (file: string, flags: Flags & { model?: string; cluster?: string; window?: number; wait?: true }) => {
      const { submitFile } = await import('./batch-submit')
      await submitFile(parsePath(file), flags, context)
    })

  batch
    .command('list')
    .description('list the batches, newest first')
    .addOption(json())
    .addOption(dataDirFlag())
    .action(async (flags: Flags) => {
      const { listBatches } = await import('./batch-orders')
      await listBatches(flags, context)
    })

  byId('show', 'say how a batch stands').action(async (id: string, flags: Flags) => (await import('./batch-orders')).showBatch(id, flags, context))
  byId('watch', 'wait for the end of a batch. Ends with 3 where not every request was answered').action(async (id: string, flags: Flags) => (await import('./batch-watch')).watchBatch(id, flags, context))
  for (const [name, description] of [
    ['cancel', 'end a batch; the results that it has are kept'],
    ['pause', 'hold a batch'],
    ['resume', 'let a batch that was held go on'],
    ['retry', 'make a new batch of the requests that have no good answer, and print its id'],
  ] as const)
    byId(name, description).action(async (id: string, flags: Flags) => (await import('./batch-orders')).orderBatch(name, id, flags, context))

  batch
    .command('results')
    .description('print or save the results of a batch, in the order of its requests')
    .argument('<id>', 'as «batch list» shows it')
    .addOption(flag('-o, --output <file>', 'where to save them (default: stdout)').argParser(parsePath))
    .addOption(flag('--format <format>', 'lines as of OpenAI, or a table').choices(['jsonl', 'csv']).default('jsonl'))
    .addOption(dataDirFlag())
    .action(async (id: string, flags: { dataDir: string; output?: string; format: string }) => {
      const { saveResults } = await import('./batch-results')
      await saveResults(id, flags, context)
    })
}

const longestMs = 30 * 86_400_000

function parseWindow(text: string): number {
  const ms = parseDuration(text)
  if (ms > longestMs) throw new InvalidArgumentError('It is at most 30d.')
  return ms
}
