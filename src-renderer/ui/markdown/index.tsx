import { Suspense, lazy } from 'react'
import type { MarkdownProps } from './markdown'

const Loaded = lazy(() => import('./markdown').then(({ Markdown }) => ({ default: Markdown })))

/** Fetches and warms the renderer while the window has nothing to do; the result takes that back. */
export function preloadMarkdown(): () => void {
  const waiting = requestIdleCallback(() => void import('./warm-up').then(({ warmUp }) => requestIdleCallback(warmUp)), { timeout: 3000 })
  return () => cancelIdleCallback(waiting)
}

/** Markdown, shown as its source until the renderer has been loaded. */
export function Markdown(props: MarkdownProps) {
  return (
    <Suspense fallback={<p className="text-base whitespace-pre-wrap">{props.text}</p>}>
      <Loaded {...props} />
    </Suspense>
  )
}
