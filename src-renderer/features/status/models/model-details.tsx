import { useSetPreference } from '@renderer/db'
import { newChatPath } from '@renderer/features/chat'
import { Button } from '@renderer/ui/button'
import { count, roughly } from '@renderer/ui/format'
import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusMark } from '@renderer/ui/status-mark'
import { tell } from '@renderer/ui/tell'
import type { Replica } from '@shared/domain/replica'
import { MessageSquareText } from 'lucide-react'
import { useLocation } from 'wouter'
import { DetailsPanel, Fact, Facts } from '../details-panel'
import { HistoryBlock } from '../history/history-block'
import { usualTimeToLive } from '../history/start-times'
import type { PastOf } from '../history/use-history'
import { ReplicaList } from '../replicas/replica-list'
import { ofDeployment } from '../replicas/replica-rows'
import { ScalingBlock } from '../scaling/scaling-block'
import { capabilitiesOf, type ModelRow, type Place } from './model-rows'
import { ModelSince } from './model-since'

export interface ModelDetailsProps {
  readonly row: ModelRow
  readonly past: PastOf
  readonly replicas: readonly Replica[]
  readonly onClose: () => void
}

export function ModelDetails({ row: { id, places }, past, replicas, onClose }: ModelDetailsProps) {
  const [, navigate] = useLocation()
  const setPreference = useSetPreference()
  const [{ cluster: best }] = places
  // A cluster may serve it with more than one framework, and has one history of it.
  const clusterNames = [...new Set(places.map(({ cluster }) => cluster.name))]
  const chat = () => {
    setPreference('lastChoice', { model: id, cluster: best.name }).then(() => navigate(newChatPath), tell)
  }
  return (
    <DetailsPanel
      label="Model"
      title={id}
      onClose={onClose}
      actions={
        <Button onClick={chat}>
          <MessageSquareText strokeWidth={1.75} aria-hidden />
          Chat with it
        </Button>
      }
    >
      {places.map((place) => (
        <PlaceFacts key={`${place.cluster.name} ${place.model.framework}`} place={place} past={past} replicas={ofDeployment(replicas, place.model)} />
      ))}
      {clusterNames.map((name) => (
        <HistoryBlock key={name} kind="model" spans={past.spans(name, id)} toMs={past.toMs} {...(clusterNames.length > 1 && { name })} />
      ))}
    </DetailsPanel>
  )
}

function PlaceFacts({ place, past, replicas }: { readonly place: Place; readonly past: PastOf; readonly replicas: readonly Replica[] }) {
  const { cluster, model } = place
  const usualMs = model.usualStartMs ?? usualTimeToLive(past.spans(cluster.name, model.id), 'offline')
  const can = capabilitiesOf([place]).filter(({ isThere }) => isThere)
  return (
    <section aria-label={`On ${cluster.name}`} className="not-first:mt-3">
      <h3 className="border-y border-line bg-surface px-4 py-1.5 text-xs text-ink-soft">
        On <span className="font-medium text-ink">{cluster.name}</span>
        {cluster.takenAtMs !== 0 && (
          <span className="text-ink-mute">
            , as of <RelativeTime atMs={cluster.takenAtMs} />
          </span>
        )}
      </h3>
      <Facts>
        <Fact name="Status">
          <StatusMark status={model.status} />
          {model.reason !== undefined && <span className="mt-0.5 block text-xs text-ink-mute">{model.reason}</span>}
          {!cluster.isReachable && cluster.problem !== undefined && <span className="mt-0.5 block text-xs text-ink-mute">{cluster.problem}</span>}
        </Fact>
        <Fact name={model.status === 'unknown' ? 'Last seen' : 'Since'}>
          <ModelSince past={past} place={place} />
        </Fact>
        {usualMs !== undefined && <Fact name="Start takes">about {roughly(usualMs)}, as seen before</Fact>}
        <Fact name="Framework">{model.framework}</Fact>
        {model.contextTokens !== undefined && <Fact name="Context">{count(model.contextTokens)} tokens</Fact>}
        {model.capacity !== undefined && <Fact name="At once">{count(model.capacity)} requests</Fact>}
        {can.length > 0 && <Fact name="Can">{can.map(({ word }) => word).join(', ')}</Fact>}
        {model.capabilities?.inputModalities !== undefined && <Fact name="Reads">{model.capabilities.inputModalities.join(', ')}</Fact>}
      </Facts>
      {model.scaling !== undefined && <ScalingBlock model={model} scaling={model.scaling} replicas={replicas} />}
      <ReplicaList replicas={replicas} kind={cluster.kind} isOfOneModel />
    </section>
  )
}
