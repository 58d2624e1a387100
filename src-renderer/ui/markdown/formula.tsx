import type Katex from 'katex'
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react'

let loading: Promise<typeof Katex> | undefined
let loaded: typeof Katex | undefined

async function load(): Promise<typeof Katex> {
  const [katex] = await Promise.all([import('katex'), import('katex/dist/katex.min.css')])
  loaded = katex.default
  return loaded
}

function useKatex(): typeof Katex | undefined {
  const [katex, setKatex] = useState(() => loaded)
  useEffect(() => {
    if (katex !== undefined) return
    let isWanted = true
    loading ??= load()
    void loading.then((module) => isWanted && setKatex(() => module))
    return () => {
      isWanted = false
    }
  }, [katex])
  return katex
}

export interface FormulaProps {
  /** TeX without its delimiters. */
  readonly tex: string
  readonly isDisplay: boolean
}

/** A formula, with MathML for screen readers; its source until KaTeX has been loaded, and where it has a mistake. */
export const Formula = memo(function Formula({ tex, isDisplay }: FormulaProps) {
  const place = useRef<HTMLSpanElement>(null)
  const katex = useKatex()
  useLayoutEffect(() => {
    if (katex === undefined || place.current === null) return
    katex.render(tex, place.current, { displayMode: isDisplay, throwOnError: false, strict: 'ignore', errorColor: 'var(--fail)', maxExpand: 500 })
  }, [katex, tex, isDisplay])
  if (katex === undefined) return <code className={isDisplay ? 'md-formula-source' : undefined}>{tex}</code>
  return isDisplay ? <span ref={place} className="md-formula" tabIndex={0} role="group" aria-label="Formula" /> : <span ref={place} />
})
