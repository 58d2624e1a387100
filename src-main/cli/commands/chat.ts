import { addAbortSignal } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { protocol } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import type { CliContext } from '../context'
import type { ListedModel } from '../openai-client'
import { dataDirFlag, flag } from '../options'

interface ChatFlags {
  readonly model?: string
  readonly dataDir: string
}

export function addChat(program: Command, context: CliContext): void {
  program
    .command('chat')
    .description('ask a model one thing; what comes on stdin is joined to the prompt')
    .argument('[prompt...]')
    .addOption(flag('-m, --model <model>', 'model to ask (default: the first that is live)'))
    .addOption(dataDirFlag())
    .action(async (words: string[], { model, dataDir }: ChatFlags, command: Command) => {
      const piped = context.stdin.isTTY === true ? '' : (await readToEnd(context)).trim()
      const prompt = [words.join(' '), piped].filter((part) => part !== '').join('\n\n')
      if (prompt === '') command.error('error: nothing to ask: give a prompt, or pipe one in', { exitCode: 2 })

      const { asFirstError, listModels, openClient } = await import('../openai-client')
      const client = await openClient(dataDir)
      const chosen = model ?? defaultModel(await listModels(client, { dataDir, signal: context.signal }))
      let last = ''
      try {
        const stream = await client.chat.completions.create({ model: chosen, messages: [{ role: 'user', content: prompt }], stream: true }, { signal: context.signal })
        for await (const { choices } of stream) {
          const piece = choices[0]?.delta.content ?? ''
          if (piece === '') continue
          context.out(piece)
          last = piece
        }
      } catch (cause) {
        if (last !== '') context.out('\n')
        throw asFirstError(cause, dataDir)
      }
      if (context.signal.aborted) throw new FirstError('cancelled', 'Interrupted.')
      if (!last.endsWith('\n')) context.out('\n')
    })
}

/** What is piped in, unless the person does not wait for its end. */
async function readToEnd({ stdin, signal }: CliContext): Promise<string> {
  try {
    return await text(addAbortSignal(signal, stdin))
  } catch (cause) {
    throw signal.aborted ? new FirstError('cancelled', 'Interrupted.', { cause }) : cause
  }
}

/** A live model before one that has to be loaded; the guide, which is not a model, when nothing else is there. */
export function defaultModel(models: readonly ListedModel[]): string {
  const own = models.filter(({ id, operations }) => id !== 'guide' && operations?.some((each) => isProtocol(each)) !== false)
  const chosen = own.find(({ status }) => status === 'live') ?? own[0] ?? models[0]
  if (chosen === undefined) throw new FirstError('model_not_found', 'The gateway serves no model.')
  return chosen.id
}

/** What only embeds cannot be talked to. */
const isProtocol = (operation: string): boolean => protocol.safeParse(operation).success
