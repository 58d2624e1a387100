import { cn } from '@renderer/ui/cn'
import { useNow } from '@renderer/ui/relative-time'
import type { Grant } from '@shared/domain/account'
import { timeLeftOf } from './words'

/** What is granted for which service, and the time left of each. */
export function GrantList({ grants }: { readonly grants: readonly Grant[] }) {
  const nowMs = useNow()
  if (grants.length === 0) return <p className="text-xs text-ink-mute">Nothing is granted.</p>
  return (
    <table className="w-full text-xs">
      <thead className="sr-only">
        <tr>
          <th scope="col">Granted</th>
          <th scope="col">Time left</th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line border-t border-line">
        {grants.map((grant) => {
          const { word, tone } = timeLeftOf(grant, nowMs)
          const exact = new Date(grant.expiresAtMs)
          return (
            <tr key={grant.resourceServer}>
              <td className="py-1.5 pr-4 text-ink-soft" title={grant.scopes.join('\n')}>
                {grant.purpose.charAt(0).toUpperCase() + grant.purpose.slice(1)}
              </td>
              <td className={cn('py-1.5 text-right whitespace-nowrap tabular-nums', tone === 'wait' ? 'text-wait' : 'text-ink-mute')}>
                <time dateTime={exact.toISOString()} title={exact.toLocaleString()}>
                  {word}
                </time>
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
