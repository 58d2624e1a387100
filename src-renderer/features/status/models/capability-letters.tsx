import { cn } from '@renderer/ui/cn'
import { capabilitiesOf, type Place } from './model-rows'

/** B batch, T tool calling, R reasoning, H always hot; a dot where it is not, or not known. */
export function CapabilityLetters({ places }: { readonly places: readonly Place[] }) {
  const capabilities = capabilitiesOf(places)
  const words = capabilities.filter(({ isThere }) => isThere).map(({ word }) => word)
  return (
    <span title={words.length === 0 ? 'Nothing is said of what it can do' : words.join(', ')} className="inline-flex font-mono text-xs">
      <span className="sr-only">{words.join(', ')}</span>
      {capabilities.map(({ letter, isThere }) => (
        <span key={letter} aria-hidden className={cn('w-3.5 text-center', isThere ? 'text-ink' : 'text-ink-mute')}>
          {isThere ? letter : '·'}
        </span>
      ))}
    </span>
  )
}
