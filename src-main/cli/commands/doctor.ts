import { CommanderError, type Command } from 'commander'
import type { Logger } from '../../core/logger'
import { dataDirPaths } from '../../storage/data-dir'
import type { CliContext } from '../context'
import { dataDirFlag, flag, parsePath } from '../options'

const marks = { good: '✓', note: '·', bad: '✗' } as const

/** What it says is all that a person needs. */
const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => silent }

export function addDoctor(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('check the installation and say what to do')
    .addOption(dataDirFlag())
    .addOption(flag('--config <file>', 'configuration (default: config.yaml in the data directory)').argParser(parsePath))
    .action(async ({ dataDir, config }: { dataDir: string; config?: string }) => {
      const { checkClusters, checkConfig, checkDataDir, checkDisk, checkElectron, checkModelFiles, checkNode, checkPort, checkWindow } = await import('../doctor-checks')
      const target = { dataDir, configFile: config ?? dataDirPaths(dataDir).config, isConfigNamed: config !== undefined, nodeVersion: process.versions.node, logger: silent }
      const findings = [checkNode(target), await checkDataDir(target), await checkDisk(target), await checkConfig(target), await checkPort(target), checkWindow(), checkElectron(process.versions['electron']), await checkModelFiles(target), ...(await checkClusters(target, context.signal))]
      for (const { name, state, text } of findings) context.out(`${marks[state]} ${name}: ${text.replaceAll('\n', '\n    ')}\n`)
      const bad = findings.filter(({ state }) => state === 'bad').length
      if (bad === 0) return
      context.err(`${bad === 1 ? 'One thing needs' : `${bad} things need`} attention.\n`)
      throw new CommanderError(1, 'first.doctor', 'something needs attention')
    })
}
