import { useCoreClient, useCoreState, useSession } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { bytes } from '@renderer/ui/format'
import { tell } from '@renderer/ui/tell'
import { useEffect, useState } from 'react'
import { BackupsGroup } from './backups-group'
import { ExportButton } from './export-button'
import { SettingGroup, SettingRow } from '@renderer/ui/setting-row'
import { TrashGroup } from './trash-group'

export function DataSection() {
  const session = useSession()
  const disk = useCoreState((state) => state.disk)
  const client = useCoreClient()
  const used = useStorageUsed()
  return (
    <>
      <SettingGroup>
        <SettingRow title="Where it lives" text={<span className="font-mono wrap-anywhere">{session?.dataDir ?? 'not known until FIRST Desktop answers'}</span>}>
          {session?.host === 'desktop' && <Button onClick={() => void client.shell.showDataDir().catch(tell)}>Show folder</Button>}
        </SettingRow>
        <SettingRow title="Used by this window" text="Conversations, drafts and the search index, on this computer.">
          <span className="text-sm tabular-nums">{used === undefined ? '…' : bytes(used)}</span>
        </SettingRow>
        {disk !== undefined && (
          <SettingRow title="Free on the disk">
            <span className="text-sm tabular-nums">{bytes(disk.freeBytes)}</span>
          </SettingRow>
        )}
        {session?.secretsNotice !== undefined && <SettingRow title="Secrets" text={session.secretsNotice}>{null}</SettingRow>}
        <SettingRow title="Export" text="All conversations as lines of JSON.">
          <ExportButton />
        </SettingRow>
      </SettingGroup>
      <BackupsGroup />
      <TrashGroup />
    </>
  )
}

/** Bytes that this window keeps; undefined until it is known, or where the browser does not say. */
function useStorageUsed(): number | undefined {
  const [used, setUsed] = useState<number>()
  useEffect(() => {
    // A page opened by a plain http address of another machine has no storage manager, whatever the types say.
    if (!('storage' in navigator)) return
    void navigator.storage.estimate().then(({ usage }) => setUsed(usage), tell)
  }, [])
  return used
}
