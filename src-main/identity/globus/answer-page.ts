const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign)

/** What the browser shows when it has come back; it stands alone, and loads nothing. @param wayBack a link to the app */
export const answerPage = (isDone: boolean, sentence: string, wayBack?: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${isDone ? 'Signed in' : 'Not signed in'} – FIRST Desktop</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 18vh auto; padding: 0 1.5rem; }
h1 { font-size: 1.4rem; }
</style>
<main>
<h1>${isDone ? 'You are signed in' : 'You are not signed in'}</h1>
<p>${escaped(sentence)}</p>
<p>You can close this page and ${wayBack === undefined ? 'go back to FIRST Desktop' : `<a href="${escaped(wayBack)}">go back to FIRST Desktop</a>`}.</p>
</main>
</html>
`
