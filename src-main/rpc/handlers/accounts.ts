import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'

export function accountHandlers(os: RpcImplementer, { accounts, shell, closing, logger }: RouterDeps) {
  const { signIns } = accounts
  return {
    state: os.accounts.state.handler(() => accounts.state()),
    signIn: os.accounts.signIn.handler(async ({ input }) => {
      const begun = await signIns.begin(input)
      try {
        await shell?.openExternal?.(begun.url)
      } catch (cause) {
        // The person has the address too.
        logger.warn({ cause }, 'the browser could not be opened for a sign-in')
      }
      return begun
    }),
    wait: os.accounts.wait.handler(({ input, signal }) => signIns.wait(input.id, signal === undefined ? closing : AbortSignal.any([signal, closing]))),
    paste: os.accounts.paste.handler(({ input }) => signIns.paste(input.id, input.code)),
    cancel: os.accounts.cancel.handler(({ input }) => {
      signIns.cancel(input.id)
      return {}
    }),
    signOut: os.accounts.signOut.handler(async ({ input }) => ({ left: await accounts.signOut(input.account), logoutUrl: accounts.logoutUrl })),
    use: os.accounts.use.handler(async ({ input }) => {
      await accounts.use(input.account)
      return {}
    }),
    token: os.accounts.token.handler(({ input }) => accounts.token(input)),
    whoami: os.accounts.whoami.handler(({ input }) => accounts.whoAtSite(input.account)),
    findTokens: os.accounts.findTokens.handler(() => accounts.findTokens()),
    importTokens: os.accounts.importTokens.handler(({ input }) => accounts.importTokens(input.id)),
  }
}
