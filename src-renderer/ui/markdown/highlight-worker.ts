import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'
import { loadLanguage } from './load-language'
import type { HighlightAnswer, HighlightRequest } from './highlighter'

// Tokens are named by CSS variables (theme.css gives their colours), so a change of theme needs no second pass.
const theme = createCssVariablesTheme({ name: 'first', variablePrefix: '--code-' })
let highlighter: Promise<HighlighterCore> | undefined

async function colour({ id, code, language }: HighlightRequest): Promise<HighlightAnswer> {
  highlighter ??= createHighlighterCore({ themes: [theme], langs: [], engine: createJavaScriptRegexEngine({ forgiving: true }) })
  const core = await highlighter
  await core.loadLanguage(loadLanguage(language))
  const lines = core.codeToTokensBase(code, { lang: language, theme: 'first' })
  return { id, lines: lines.map((line) => line.map(({ content, color }) => ({ content, color: color ?? 'inherit' }))) }
}

addEventListener('message', (event: MessageEvent<HighlightRequest>) => {
  colour(event.data).then(
    (answer) => postMessage(answer),
    () => postMessage({ id: event.data.id, lines: [] } satisfies HighlightAnswer),
  )
})
