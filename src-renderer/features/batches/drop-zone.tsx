import { FileUp } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { tell } from '@renderer/ui/tell'
import { droppedOf, useTakeDropped } from './take-dropped'

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true

/** The whole window takes a file that is dropped, whichever page is shown. */
export function DropZone() {
  const take = useTakeDropped()
  const [isOver, setIsOver] = useState(false)
  /** Elements entered and not left: each child of the page tells of both. */
  const depth = useRef(0)
  useEffect(() => {
    const leave = (): void => {
      depth.current = 0
      setIsOver(false)
    }
    const handlers: { readonly [Name in 'dragenter' | 'dragover' | 'dragleave' | 'drop']: (event: DragEvent) => void } = {
      dragenter(event) {
        if (!hasFiles(event)) return
        event.preventDefault()
        depth.current += 1
        setIsOver(true)
      },
      dragover(event) {
        if (!hasFiles(event) || event.dataTransfer === null) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
      },
      dragleave() {
        depth.current -= 1
        if (depth.current <= 0) leave()
      },
      drop(event) {
        leave()
        // Something on the page has taken it for itself, as the composer takes an image.
        if (event.defaultPrevented || event.dataTransfer === null || !hasFiles(event)) return
        event.preventDefault()
        take(droppedOf(event.dataTransfer)).catch(tell)
      },
    }
    for (const [name, handler] of Object.entries(handlers)) addEventListener(name as keyof typeof handlers, handler)
    return () => {
      for (const [name, handler] of Object.entries(handlers)) removeEventListener(name as keyof typeof handlers, handler)
    }
  }, [take])
  if (!isOver) return null
  return (
    <div className="pointer-events-none fixed inset-0 z-50 flex animate-appear items-center justify-center bg-veil p-4">
      <div className="absolute inset-3 rounded-xl border-2 border-dashed border-accent" />
      <div className="flex items-center gap-3 rounded-xl border border-line bg-raised px-5 py-4 shadow-pop">
        <FileUp className="size-5 text-accent" strokeWidth={1.5} aria-hidden />
        <div>
          <p className="text-base font-semibold">Drop a JSONL file</p>
          <p className="text-sm text-ink-mute">It is checked first; nothing runs before you say so.</p>
        </div>
      </div>
    </div>
  )
}
