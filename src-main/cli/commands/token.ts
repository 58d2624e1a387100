import type { Command } from 'commander'
import type { CliContext } from '../context'
import { dataDirFlag, flag } from '../options'

export function addToken(program: Command, context: CliContext): void {
  program
    .command('token')
    .description('print an access token of a site that is good now, for scripts')
    .argument('[site]', 'as «whoami --sites» lists it (default: the only one there is)')
    .addOption(flag('--account <username>', 'whose, where several are signed in (default: the one in use)'))
    .addOption(flag('--json', 'print JSON, with when it ends'))
    .addOption(dataDirFlag())
    .action(async (named: string | undefined, { account, json, dataDir }: { account?: string; json?: true; dataDir: string }) => {
      const { siteOf, withAccounts } = await import('../accounts-door')
      const token = await withAccounts(dataDir, context, async (door) => {
        const { name } = await siteOf(door, named)
        return door.token({ site: name, ...(account !== undefined && { account }) })
      })
      context.out(json === true ? `${JSON.stringify(token, null, 2)}\n` : `${token.accessToken}\n`)
    })
}
