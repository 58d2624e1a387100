import { Button } from '@renderer/ui/button'
import { ConfirmDialog } from '@renderer/ui/confirm-dialog'
import type { Replica } from '@shared/domain/replica'
import { useState } from 'react'
import { endConsequence } from '../scaling/admin-words'
import { useAdmin } from '../scaling/use-admin'

export interface EndReplicaProps {
  readonly replica: Replica
  /** It is a job of a workload manager. */
  readonly isJob: boolean
  readonly className?: string
}

/** Ends one replica, or the job that it is, after a question. */
export function EndReplica({ replica, isJob, className }: EndReplicaProps) {
  const admin = useAdmin()
  const [isAsking, setIsAsking] = useState(false)
  const { id, cluster, handle } = replica
  const name = isJob && handle !== undefined ? `job ${handle}` : id
  const ask = () => {
    admin.look(cluster)
    setIsAsking(true)
  }
  return (
    <>
      <Button look="danger" className={className} aria-label={`End ${name}`} title={admin.hindrance} disabled={admin.hindrance !== undefined} onClick={ask}>
        {isJob ? 'End job…' : 'End…'}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`End ${name} on ${cluster}?`}
        description={endConsequence(replica)}
        action={isJob ? 'End the job' : 'End it'}
        onConfirm={() => admin.end(replica)}
      />
    </>
  )
}
