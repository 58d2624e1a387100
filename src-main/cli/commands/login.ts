import type { Command } from 'commander'
import type { Account, AccountSite } from '@shared/domain/account'
import { FirstError } from '@shared/errors'
import type { AccountsDoor } from '../accounts-door'
import type { CliContext } from '../context'
import { dataDirFlag, flag } from '../options'

interface LoginFlags {
  readonly paste?: true
  readonly account?: string
  readonly another?: true
  readonly import?: true
  readonly dataDir: string
}

export function addLogin(program: Command, context: CliContext): void {
  program
    .command('login')
    .description('sign in to a site by Globus, in a browser')
    .argument('[site]', 'as «whoami --sites» lists it (default: the only one there is)')
    .addOption(flag('--paste', 'show a code in the browser, which may be on another machine, and paste it here; the default over ssh'))
    .addOption(flag('--account <username>', 'who signs in, where several do (default: the account in use, or anybody where there is none)'))
    .addOption(flag('--another', 'as another account, beside those that are signed in'))
    .addOption(flag('--import', 'take the tokens that the site\'s own program keeps on this machine'))
    .addOption(dataDirFlag())
    .action(async (named: string | undefined, flags: LoginFlags) => {
      const { siteOf, withSignIn } = await import('../accounts-door')
      await withSignIn(flags.dataDir, context, async (accounts) => {
        const site = await siteOf(accounts, named)
        const account = flags.import === true ? await takeTokens(accounts, site, context) : await signIn(accounts, site, flags, context)
        context.out(`You are ${account.name === '' ? '' : `${account.name}, `}${account.username || account.sub} at ${site.title}.\n`)
      })
    })
}

async function signIn(accounts: AccountsDoor, site: AccountSite, { paste, account, another }: LoginFlags, context: CliContext): Promise<Account> {
  const isFarAway = context.env['SSH_CONNECTION'] !== undefined && context.env['DISPLAY'] === undefined && context.env['WAYLAND_DISPLAY'] === undefined
  const way = paste === true || isFarAway || !site.ways.includes('browser') ? 'paste' : 'browser'
  const begun = await accounts.signIn({ site: site.name, way, ...(account !== undefined && { account }), ...(another === true && { isAnother: true }) })
  for (const line of demandsOf(site)) context.err(`${line}\n`)
  context.err(`Open this page in a browser${way === 'paste' ? ', on whichever machine' : ' on this machine'}:\n\n  ${begun.url}\n\n`)
  const cancel = (): void => void accounts.cancel({ id: begun.id }).catch(() => undefined)
  context.signal.addEventListener('abort', cancel)
  try {
    if (way === 'browser') return await accounts.wait({ id: begun.id })
    const { readLine } = await import('../read-line')
    const code = await readLine('Paste the code that it shows: ', context)
    if (code === '') throw new FirstError('sign_in_failed', 'No code was pasted.')
    return await accounts.paste({ id: begun.id, code })
  } finally {
    context.signal.removeEventListener('abort', cancel)
  }
}

/** What the site wants is said before the browser opens. */
function demandsOf({ title, domains, hasPolicy, note }: AccountSite): string[] {
  if (note !== undefined) return [note]
  const account = domains.length === 0 ? [] : [`${title} admits accounts of ${domains.join(' and ')}.`]
  return hasPolicy ? [...account, `${title} asks for a fresh sign-in from time to time.`] : account
}

async function takeTokens(accounts: AccountsDoor, { name, title }: AccountSite, context: CliContext): Promise<Account> {
  const found = (await accounts.findTokens()).filter(({ site }) => site === name)
  const [newest] = found.sort((a, b) => b.expiresAtMs - a.expiresAtMs)
  if (newest === undefined) throw new FirstError('not_found', `No program of ${title} keeps tokens in ~/.globus/app on this machine.`, { action: 'Sign in instead, without --import.' })
  const { confirm } = await import('../ask')
  await confirm(`Use the tokens in ${newest.path}${newest.sub === undefined ? '' : ` (identity ${newest.sub})`}?`, context)
  return accounts.importTokens({ id: newest.id })
}
