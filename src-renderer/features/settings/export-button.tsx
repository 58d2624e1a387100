import { useLocalData } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { tell } from '@renderer/ui/tell'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { exportConversations } from './export-conversations'

export function ExportButton() {
  const { db, clock } = useLocalData()
  const [isBusy, setIsBusy] = useState(false)
  const save = async () => {
    setIsBusy(true)
    try {
      const address = URL.createObjectURL(await exportConversations(db))
      const link = document.createElement('a')
      link.href = address
      link.download = `first-desktop-${new Date(clock.now()).toISOString().slice(0, 10)}.jsonl`
      link.click()
      setTimeout(() => URL.revokeObjectURL(address), 60_000)
    } catch (cause) {
      tell(cause)
    }
    setIsBusy(false)
  }
  return (
    <Button isBusy={isBusy} onClick={() => void save()}>
      <Download strokeWidth={1.75} aria-hidden />
      Export
    </Button>
  )
}
