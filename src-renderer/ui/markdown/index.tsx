import { Suspense, lazy } from 'react'
import type { MarkdownProps } from './markdown'

const Loaded = lazy(() => import('./markdown').then(({ Markdown }) => ({ default: Markdown })))

/** Fetches the renderer before it is needed. */
export function preloadMarkdown(): void {
  void import('./markdown')
}

/** Markdown, shown as its source until the renderer has been loaded. */
export function Markdown(props: MarkdownProps) {
  return (
    <Suspense fallback={<p className="text-base whitespace-pre-wrap">{props.text}</p>}>
      <Loaded {...props} />
    </Suspense>
  )
}
