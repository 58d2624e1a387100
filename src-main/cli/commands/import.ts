import type { Command } from 'commander'
import type { CliContext } from '../context'
import type { ImportFlags } from '../import-site'
import { dataDirFlag, flag, parsePath } from '../options'

export function addImport(program: Command, context: CliContext): void {
  program
    .command('import')
    .description('take over the clusters and models of a FIRST site from its fixtures')
    .argument('<files...>', 'clusters.json and endpoints.json of the site')
    .addOption(flag('--cluster <name>', 'only this cluster of the site'))
    .addOption(flag('--kind <kind>', 'what starts jobs where Globus Compute did').choices(['pbs', 'slurm']).default('pbs'))
    .addOption(flag('--write', 'change config.yaml, after a copy of it; without it the lines are only shown'))
    .addOption(dataDirFlag())
    .addOption(flag('--config <file>', 'configuration (default: config.yaml in the data directory)').argParser(parsePath))
    .action(async (files: string[], flags: ImportFlags) => {
      const { importSite } = await import('../import-site')
      await importSite(files, flags, context)
    })
}
