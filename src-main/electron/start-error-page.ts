import type { FirstError } from '@shared/errors'

export const startErrorPath = '/start-error'
/** Where the page's two buttons lead; the window catches them. */
export const actionPaths = { quit: `${startErrorPath}/quit`, folder: `${startErrorPath}/folder` }

/** Says what went wrong and what to do, without a script. */
export function startErrorPage(error: FirstError, dataDir: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>FIRST Desktop</title>
<style>
  :root { --canvas: #ffffff; --ink: #191c20; --soft: #464c54; --line: #e2e5e8; --accent: #0f62a8; --on-accent: #ffffff }
  @media (prefers-color-scheme: dark) { :root { --canvas: #16181b; --ink: #e7e9ec; --soft: #bcc1c8; --line: #292d32; --accent: #74b4ef; --on-accent: #0a1724 } }
  body { margin: 0; padding: 32px; background: var(--canvas); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
  h1 { margin: 0 0 12px; font-size: 20px; line-height: 28px; font-weight: 600 }
  p { margin: 0 0 12px }
  dl { margin: 0 0 24px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--soft); font-size: 13px }
  dt { float: left; width: 96px }
  dd { margin: 0 0 4px 96px }
  a { display: inline-block; padding: 6px 16px; margin-right: 8px; border: 1px solid var(--accent); border-radius: 6px; color: var(--accent); text-decoration: none }
  a.main { background: var(--accent); color: var(--on-accent) }
  a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
</style>
<main>
  <h1>FIRST Desktop cannot go on</h1>
  <p>${escapeHtml(error.message)}</p>
  <p>${escapeHtml(error.kind.action)}</p>
  <dl><dt>Data folder</dt><dd>${escapeHtml(dataDir)}</dd><dt>Code</dt><dd>${error.code}</dd></dl>
  <a class="main" role="button" href="${actionPaths.quit}">Quit</a><a role="button" href="${actionPaths.folder}">Open data folder</a>
</main>
</html>`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign).replaceAll('\n', '<br>')
}
