/**
 * The page that a browser without a session gets: it says why, and takes the owner's key. Runs no script.
 * @param problem a sentence of ours: it goes into the page as it is.
 */
export function lockPage(problem?: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>FIRST Desktop · locked</title>
<style>
  :root { --canvas: #f6f7f8; --panel: #ffffff; --ink: #191c20; --soft: #464c54; --line: #c9ced4; --accent: #0f62a8; --on-accent: #ffffff; --bad: #a52020 }
  @media (prefers-color-scheme: dark) { :root { --canvas: #101214; --panel: #16181b; --ink: #e7e9ec; --soft: #bcc1c8; --line: #474d55; --accent: #74b4ef; --on-accent: #0a1724; --bad: #ff9d94 } }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--canvas); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
  main { width: 100%; max-width: 440px; padding: 32px; background: var(--panel); border: 1px solid var(--line); border-radius: 8px }
  h1 { margin: 0 0 8px; font-size: 20px; line-height: 28px; font-weight: 600 }
  p { margin: 0 0 16px; color: var(--soft) }
  code { font: 13px/1.5 ui-monospace, monospace; color: var(--ink); overflow-wrap: anywhere }
  label { display: block; margin: 0 0 4px; font-weight: 500 }
  input { width: 100%; margin: 0 0 16px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 6px; background: var(--canvas); color: inherit; font: 14px ui-monospace, monospace }
  button { padding: 8px 16px; border: 0; border-radius: 6px; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 500; cursor: pointer }
  input:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
  .problem { color: var(--bad) }
</style>
</head>
<body>
<main>
  <h1>FIRST Desktop is locked</h1>
  <p>Open the address that <code>first-desktop serve</code> printed: its code lets one browser in, once, within an hour. Or enter the owner’s key, which is in the file <code>local.key</code> of its data directory.</p>
  ${problem === undefined ? '' : `<p class="problem" role="alert">${problem}</p>`}
  <form method="post" action="/session">
    <label for="key">Owner’s key</label>
    <input id="key" name="key" type="password" required autofocus autocomplete="current-password" spellcheck="false" placeholder="fd-…">
    <button type="submit">Unlock</button>
  </form>
</main>
</body>
</html>
`
}

/** Goes on to the window from a page of our own: a browser that came from elsewhere keeps a strict cookie back until then. */
export const arrivalPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="0; url=/">
<title>FIRST Desktop</title>
<p><a href="/">Open FIRST Desktop</a></p>
</html>
`
