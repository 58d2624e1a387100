import type { Command } from 'commander'
import type { Account, AccountsState } from '@shared/domain/account'
import type { CliContext } from '../context'
import { dataDirFlag, flag } from '../options'
import { table } from '../table'

export function addWhoami(program: Command, context: CliContext): void {
  program
    .command('whoami')
    .description('list the accounts that are signed in, and what for')
    .addOption(flag('--sites', 'list the sites that one can sign in to'))
    .addOption(flag('--json', 'print JSON'))
    .addOption(dataDirFlag())
    .action(async ({ sites, json, dataDir }: { sites?: true; json?: true; dataDir: string }) => {
      const { withAccounts } = await import('../accounts-door')
      const state = await withAccounts(dataDir, context, (door) => door.state())
      if (json === true) context.out(`${JSON.stringify(sites === true ? state.sites : state.accounts, null, 2)}\n`)
      else context.out(sites === true ? sitesText(state) : accountsText(state, Date.now()))
    })
}

const sitesText = ({ sites, accounts }: AccountsState): string =>
  table(['site', 'title', 'signed in as', 'asks for'], sites.map(({ name, title, note, domains }) => [name, title, accounts.filter(({ site }) => site === name).map(({ username }) => username).join(', ') || '-', note ?? (domains.join(', ') || '-')]))

/** A table of the accounts, and below it what is wrong, one sentence a line. */
export function accountsText({ accounts, problem }: AccountsState, nowMs: number): string {
  if (problem !== undefined) return `${problem}\n`
  if (accounts.length === 0) return 'Nobody is signed in. «first-desktop login» signs you in.\n'
  const problems = accounts.flatMap(({ site, problem: of }) => (of === undefined ? [] : [`${site}: ${of.sentence}`]))
  const rows = accounts.map((account) => [account.site, account.username || account.sub, account.name || '-', account.isUsed ? 'yes' : 'no', account.grants.map(({ purpose }) => purpose).join(', '), stateOf(account, nowMs)])
  return `${table(['site', 'account', 'name', 'in use', 'for', 'token'], rows)}${problems.length === 0 ? '' : `\n${problems.join('\n')}\n`}`
}

/** Of the token that ends first: how long it is good for. */
function stateOf({ grants, problem }: Account, nowMs: number): string {
  if (problem !== undefined) return 'sign in again'
  const leftH = (Math.min(...grants.map(({ expiresAtMs }) => expiresAtMs)) - nowMs) / 3_600_000
  const isRenewed = grants.every((grant) => grant.isRenewed)
  if (leftH <= 0) return isRenewed ? 'renewed when it is used' : 'ended'
  return `${leftH >= 1 ? `${Math.floor(leftH)} h` : `${Math.ceil(leftH * 60)} min`}${isRenewed ? ', then renewed' : ''}`
}
