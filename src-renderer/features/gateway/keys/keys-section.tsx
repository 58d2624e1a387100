import { useKnown } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { EmptyState } from '@renderer/ui/empty-state'
import { useNow } from '@renderer/ui/relative-time'
import { SettingGroup } from '@renderer/ui/setting-row'
import { KeyRound, Plus } from 'lucide-react'
import { useLocation } from 'wouter'
import { keysQuestion } from '../questions'
import { gatewayPath } from '../sections'
import { AsOf } from '../as-of'
import { AdmitsGroup } from './admits-group'
import { CreateKeyDialog } from './create-key-dialog'
import { KeyRow } from './key-row'
import { keyStateOf } from './key-state'
import { RefusedGroup } from './refused-group'

export function KeysSection() {
  const [location, navigate] = useLocation()
  const known = useKnown(keysQuestion)
  const nowMs = useNow()
  const keys = known.value?.toReversed() ?? []
  const valid = keys.filter((key) => keyStateOf(key, nowMs) === 'valid')
  const ended = keys.filter((key) => keyStateOf(key, nowMs) !== 'valid')
  // The dialog is in the address, so that the palette can lead to it.
  const isCreating = location.split('/')[3] === 'new'
  const create = () => navigate(gatewayPath('keys', 'new'))
  return (
    <>
      <p className="mb-6 text-sm text-ink-soft">A key for each person, script or agent: you see what each one used, and can end one without the others.</p>
      <SettingGroup
        title="In use"
        action={
          <Button onClick={create}>
            <Plus strokeWidth={1.75} aria-hidden />
            Create a key
          </Button>
        }
      >
        {valid.map((key) => (
          <KeyRow key={key.id} issued={key} state="valid" onRevoked={known.ask} />
        ))}
        {valid.length === 0 && known.value !== undefined && (
          <EmptyState icon={KeyRound} title="No key given away">
            Your own programs use the key in the file local.key; a key from here is for everybody else.
          </EmptyState>
        )}
        {known.value === undefined && <p className="px-4 py-6 text-center text-sm text-ink-mute">{known.isAsking ? 'Reading the keys…' : 'The keys could not be read.'}</p>}
      </SettingGroup>
      {ended.length > 0 && (
        <SettingGroup title="Ended">
          {ended.map((key) => (
            <KeyRow key={key.id} issued={key} state={keyStateOf(key, nowMs)} onRevoked={known.ask} />
          ))}
        </SettingGroup>
      )}
      <AdmitsGroup />
      <RefusedGroup />
      <AsOf known={known} className="mt-3" />
      <CreateKeyDialog isOpen={isCreating} onClose={() => navigate(gatewayPath('keys'), { replace: true })} onCreated={known.ask} />
    </>
  )
}
