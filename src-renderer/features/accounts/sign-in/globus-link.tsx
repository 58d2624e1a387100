import { CopyButton } from '@renderer/ui/copy-button'
import { ExternalLink } from 'lucide-react'

/** Leads to Globus' page, here or, copied, in the browser of another machine. */
export function GlobusLink({ url, children }: { readonly url: string; readonly children: string }) {
  return (
    <span className="flex items-center gap-1">
      <a href={url} target="_blank" rel="noreferrer" className="inline-flex h-8 items-center gap-1.5 rounded-md border border-line px-3 text-sm font-medium hover:bg-hover">
        {children}
        <ExternalLink className="size-4" strokeWidth={1.75} aria-hidden />
      </a>
      <CopyButton text={() => url} label="Copy the address of the page" />
    </span>
  )
}
