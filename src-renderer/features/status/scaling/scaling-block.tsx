import { Button } from '@renderer/ui/button'
import { ConfirmDialog } from '@renderer/ui/confirm-dialog'
import { RelativeTime } from '@renderer/ui/relative-time'
import type { DeploymentWish } from '@shared/domain/deployment'
import type { ModelInfo, Scaling } from '@shared/domain/model'
import type { Replica } from '@shared/domain/replica'
import { useId, useState } from 'react'
import { isActive } from '../replicas/replica-rows'
import { consequence, isHeld, takesAway, wishWords } from './admin-words'
import { Stepper } from './stepper'
import { useAdmin } from './use-admin'

export interface ScalingBlockProps {
  readonly model: ModelInfo
  readonly scaling: Scaling
  /** Of this deployment. */
  readonly replicas: readonly Replica[]
}

const titles: Readonly<Record<DeploymentWish['kind'], string>> = { start: 'Start', stop: 'Stop', drain: 'Drain', scale: 'Scale', auto: 'Automatic' }

/** How many replicas a deployment has by whose word, and what an admin can do about it. */
export function ScalingBlock({ model, scaling: { min, max, wish }, replicas }: ScalingBlockProps) {
  const admin = useAdmin()
  const note = useId()
  const [asked, setAsked] = useState<DeploymentWish>()
  const [isAsking, setIsAsking] = useState(false)
  const active = replicas.filter(isActive).length
  const [wanted, setWanted] = useState<number>()
  const target = Math.min(max, wanted ?? (wish?.kind === 'scale' ? wish.replicas : undefined) ?? active)
  const { id, cluster, framework } = model
  const say = (next: DeploymentWish) => admin.want({ cluster, model: id, framework }, next).then(() => setWanted(undefined))
  const act = (next: DeploymentWish) => {
    if (!takesAway(next, replicas)) return void say(next)
    admin.look(cluster)
    setAsked(next)
    setIsAsking(true)
  }
  const isOff = admin.hindrance !== undefined
  const button = { disabled: isOff, 'aria-describedby': note } as const
  return (
    <section aria-label={`Scaling on ${cluster}`} className="border-t border-line px-4 py-3 text-sm">
      <div className="flex min-h-8 items-center justify-between gap-2">
        <p className="min-w-0">
          {wish === undefined ? (
            <>
              Automatic <span className="text-xs text-ink-mute">as the load has it, {min} to {max}</span>
            </>
          ) : (
            <>
              <span className={isHeld(wish) ? 'text-care' : undefined}>{wishWords(wish)}</span>{' '}
              <span className="block text-xs text-ink-mute">
                {wish.by !== undefined && `by ${wish.by}, `}
                <RelativeTime atMs={wish.atMs} />
              </span>
            </>
          )}
        </p>
        {wish !== undefined && (
          <Button {...button} onClick={() => act({ kind: 'auto' })}>
            Back to automatic
          </Button>
        )}
      </div>
      <div role="group" aria-label="Actions" className="mt-2 flex flex-wrap gap-2">
        <Button {...button} onClick={() => act({ kind: 'start' })}>
          Start
        </Button>
        <Button {...button} onClick={() => act({ kind: 'drain' })}>
          Drain…
        </Button>
        <Button {...button} look="danger" onClick={() => act({ kind: 'stop' })}>
          Stop…
        </Button>
      </div>
      <form
        className="mt-2 flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          act({ kind: 'scale', replicas: target })
        }}
      >
        <Stepper label="Replicas" value={target} max={max} isDisabled={isOff} onChange={setWanted} />
        <Button {...button} type="submit">
          Scale to {target}
        </Button>
      </form>
      <p id={note} className="mt-2 text-xs text-wait empty:hidden">
        {admin.hindrance}
      </p>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={asked === undefined ? '' : `${titles[asked.kind]} ${id} on ${cluster}${asked.kind === 'scale' ? ` to ${asked.replicas}` : ''}?`}
        description={asked === undefined ? '' : consequence(asked, replicas)}
        action={asked === undefined ? '' : titles[asked.kind]}
        onConfirm={() => (asked === undefined ? Promise.resolve() : say(asked))}
      />
    </section>
  )
}
