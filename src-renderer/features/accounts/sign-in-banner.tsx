import { useCoreState } from '@renderer/rpc'
import { Banner } from '@renderer/ui/banner'
import { useLocation } from 'wouter'
import { SignInToSite } from './sign-in-to-site'

/** Where the button is beside what was refused. */
const ownPlaces = ['/accounts', '/chat', '/welcome']

/** A site that asks for a sign-in, above pages whose work waits for it. */
export function SignInBanner() {
  const [location] = useLocation()
  const accounts = useCoreState((state) => state.accounts)
  const refused = accounts?.accounts.find(({ isUsed, isNamed, problem }) => (isUsed || isNamed === true) && problem !== undefined)
  if (refused?.problem === undefined || ownPlaces.some((path) => location.startsWith(path))) return null
  return (
    <Banner tone="wait" action={<SignInToSite site={refused.site} account={refused.id} reason={refused.problem} />}>
      {refused.problem.sentence} What waits for it goes on after the sign-in.
    </Banner>
  )
}
