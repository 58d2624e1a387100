import { createRoot } from 'react-dom/client'
import { Markdown } from './markdown'

const sample = '## Title\n\nA **word**, `code` and $x^2$.\n\n- one\n- two\n\n| a | b |\n| - | - |\n| 1 | 2 |\n'

let isWarm = false

/** Renders a sample out of sight: what the first answer would compile and load, KaTeX too, is there when it comes. */
export function warmUp(): void {
  if (isWarm) return
  isWarm = true
  const root = createRoot(document.createElement('div'))
  root.render(<Markdown text={sample} />)
  setTimeout(() => root.unmount(), 1000)
}
