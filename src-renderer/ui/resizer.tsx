import type { KeyboardEvent, PointerEvent } from 'react'

export interface ResizerProps {
  readonly label: string
  /** Width of the panel, in pixels. */
  readonly width: number
  readonly min: number
  readonly max: number
  readonly onResize: (width: number) => void
}

/** The right edge of a panel, which must be positioned: drag it, or focus it and use the arrow keys. */
export function Resizer({ label, width, min, max, onResize }: ResizerProps) {
  const clamp = (next: number) => Math.min(max, Math.max(min, Math.round(next)))
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const edge = event.currentTarget
    edge.setPointerCapture(event.pointerId)
    const startX = event.clientX
    const move = (moved: globalThis.PointerEvent) => onResize(clamp(width + moved.clientX - startX))
    edge.addEventListener('pointermove', move)
    edge.addEventListener('lostpointercapture', () => edge.removeEventListener('pointermove', move), { once: true })
  }
  const step = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowLeft: -16, ArrowRight: 16, Home: -max, End: max }
    const by = steps[event.key]
    if (by === undefined) return
    event.preventDefault()
    onResize(clamp(width + by))
  }
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={drag}
      onKeyDown={step}
      className="absolute inset-y-0 -right-1 z-10 w-2 cursor-col-resize after:absolute after:inset-y-0 after:left-1/2 after:w-px after:bg-line hover:after:w-0.5 hover:after:bg-accent focus-visible:outline-none focus-visible:after:w-0.5 focus-visible:after:bg-accent"
    />
  )
}
