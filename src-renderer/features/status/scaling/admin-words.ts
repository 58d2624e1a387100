import { counted } from '@renderer/ui/format'
import type { DeploymentWish } from '@shared/domain/deployment'
import type { Scaling } from '@shared/domain/model'
import type { Replica } from '@shared/domain/replica'
import { inFlightOf, isActive, isOver } from '../replicas/replica-rows'

export type Wish = NonNullable<Scaling['wish']>

/** What an admin's word that is in force does. */
export function wishWords({ kind, replicas = 0 }: Wish): string {
  switch (kind) {
    case 'start':
      return 'Started'
    case 'stop':
      return 'Kept stopped'
    case 'drain':
      return 'Drained, and kept stopped'
    case 'scale':
      return `Kept at ${counted(replicas, 'replica')}`
  }
}

/** Whether it goes by an admin's word and not by its load; one that was started goes by its load from then on. */
export function isHeld(wish: Wish | undefined): wish is Wish {
  return wish !== undefined && wish.kind !== 'start'
}

/** Whether an admin keeps it from starting, whatever is asked of it. */
export function isKeptOff(wish: Wish | undefined): boolean {
  return wish !== undefined && (wish.kind === 'stop' || wish.kind === 'drain' || (wish.kind === 'scale' && (wish.replicas ?? 0) === 0))
}

const comesBack = 'It stays stopped, whatever is asked of it, until it is started or set back to automatic.'

/** Whether a word takes something away that is there. */
export function takesAway(wish: DeploymentWish, replicas: readonly Replica[]): boolean {
  return wish.kind === 'stop' || wish.kind === 'drain' || (wish.kind === 'scale' && (wish.replicas === 0 || wish.replicas < replicas.filter(isActive).length))
}

/** What a word does to what is there, in whole sentences. */
export function consequence(wish: DeploymentWish, replicas: readonly Replica[]): string {
  const there = replicas.filter((replica) => !isOver(replica))
  const inFlight = inFlightOf(there)
  if (wish.kind === 'start' || wish.kind === 'auto') return ''
  if (wish.kind === 'scale') {
    const active = replicas.filter(isActive).length
    const ends = active - wish.replicas
    const loss = ends > 0 ? `${counted(ends, 'replica')} of ${active} ${ends === 1 ? 'ends' : 'end'} when finished; ${flight(inFlight)}.` : 'Nothing of it runs now.'
    return wish.replicas === 0 ? `${loss} ${comesBack}` : loss
  }
  if (there.length === 0) return `Nothing of it runs now. ${comesBack}`
  const many = counted(there.length, 'replica')
  const one = there.length === 1
  if (wish.kind === 'drain') return `${many} ${one ? 'takes' : 'take'} no new request and ${one ? 'ends' : 'end'} when finished; ${flight(inFlight)}. ${comesBack}`
  return `${many} ${one ? 'ends' : 'end'} at once${loss(inFlight)}. ${comesBack}`
}

/** What ending one replica does. */
export function endConsequence(replica: Replica): string {
  const next = 'Another comes in its place where the load, or an admin, wants one.'
  if (replica.state === 'queued' || replica.state === 'requested') return `It is taken out of the queue. ${next}`
  if (replica.state === 'starting') return `Its start is given up. ${next}`
  return `It ends at once${loss(replica.inFlight ?? 0)}. ${next}`
}

function flight(inFlight: number): string {
  return inFlight === 0 ? 'no request is in flight' : `${counted(inFlight, 'request')} ${inFlight === 1 ? 'is' : 'are'} in flight`
}

function loss(inFlight: number): string {
  return inFlight === 0 ? '; no request is in flight' : `, and ${counted(inFlight, 'request')} in flight ${inFlight === 1 ? 'fails' : 'fail'}`
}
