import type { Command } from 'commander'
import { FirstError } from '@shared/errors'
import type { CliContext } from '../context'
import { dataDirFlag, flag } from '../options'

export function addLogout(program: Command, context: CliContext): void {
  program
    .command('logout')
    .description('sign out: tokens are revoked and forgotten')
    .argument('[who]', 'a username, or a site for all accounts there (default: the only account there is)')
    .addOption(flag('--all', 'every account at every site'))
    .addOption(dataDirFlag())
    .action(async (who: string | undefined, { all, dataDir }: { all?: true; dataDir: string }) => {
      const { withAccounts } = await import('../accounts-door')
      await withAccounts(dataDir, context, async (door) => {
        const { accounts } = await door.state()
        const meant = all === true || (who === undefined && accounts.length === 1) ? accounts : accounts.filter(({ id, site, username }) => [id, site, username].includes(who ?? ''))
        if (meant.length === 0 && all !== true) throw new FirstError('not_found', who === undefined ? (accounts.length === 0 ? 'Nobody is signed in.' : 'Several accounts are signed in.') : `${who} is not signed in.`, { action: accounts.length === 0 ? 'Nothing to do.' : `Name one of ${accounts.map(({ site, username }) => username || site).join(', ')}, or all of them with --all.` })
        for (const account of meant) {
          const { left, logoutUrl } = await door.signOut({ account: account.id })
          context.err(`${account.username || account.sub} is signed out of ${account.site}.\n`)
          if (account.isBorrowed) context.err('Its tokens belong to another program on this machine, and were not revoked.\n')
          if (left > 0) context.err(`Globus could not be told: ${left} tokens are forgotten here, and end by themselves.\n`)
          context.err(`The browser may still be signed in with Globus; ${logoutUrl} ends that.\n`)
        }
      })
    })
}
