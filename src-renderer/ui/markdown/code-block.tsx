import { memo, useEffect, useState } from 'react'
import { CopyButton } from '../copy-button'
import { highlight, type CodeLines } from './highlighter'
import './markdown.css'

export interface CodeBlockProps {
  readonly code: string
  readonly language: string
  /** Shown above it in place of the language: the file it is for. */
  readonly title?: string
  /** Colours come once the code no longer grows. */
  readonly isComplete: boolean
}

export const CodeBlock = memo(function CodeBlock({ code, language, title = language, isComplete }: CodeBlockProps) {
  const lines = useHighlight(code, language, isComplete)
  return (
    <figure className="md-code" aria-label={title === '' ? 'Code' : `Code, ${title}`}>
      <figcaption>
        <span>{title === '' ? 'text' : title}</span>
        <CopyButton text={() => code} label="Copy code" />
      </figcaption>
      <pre tabIndex={0}>
        <code>{lines === undefined ? code : <Coloured lines={lines} />}</code>
      </pre>
    </figure>
  )
})

function Coloured({ lines }: { readonly lines: CodeLines }) {
  return lines.map((line, row) => (
    <span key={row}>
      {line.map(({ content, color }, column) => (
        <span key={column} style={{ color }}>
          {content}
        </span>
      ))}
      {row < lines.length - 1 && '\n'}
    </span>
  ))
}

function useHighlight(code: string, language: string, isComplete: boolean): CodeLines | undefined {
  const [coloured, setColoured] = useState<{ readonly of: string; readonly lines: CodeLines }>()
  useEffect(() => {
    let isWanted = true
    const pending = isComplete ? highlight(code, language) : undefined
    void pending?.then((lines) => isWanted && lines.length > 0 && setColoured({ of: code, lines }))
    return () => {
      isWanted = false
    }
  }, [code, language, isComplete])
  return coloured?.of === code ? coloured.lines : undefined
}
