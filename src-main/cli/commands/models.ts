import type { Command } from 'commander'
import type { CliContext } from '../context'
import { dataDirFlag, flag } from '../options'
import { table } from '../table'

export function addModels(program: Command, context: CliContext): void {
  program
    .command('models')
    .description('list the models that the running gateway serves')
    .addOption(flag('--json', 'print JSON'))
    .addOption(dataDirFlag())
    .action(async ({ dataDir, json }: { dataDir: string; json?: boolean }) => {
      const { listModels, openClient } = await import('../openai-client')
      const models = await listModels(await openClient(dataDir), { dataDir, signal: context.signal })
      if (json === true) context.out(`${JSON.stringify(models, null, 2)}\n`)
      else context.out(table(['model', 'status', 'clusters'], models.map(({ id, status, clusters }) => [id, status, clusters.join(', ')])))
    })
}
