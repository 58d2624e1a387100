import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadHelpPages, parseHelpPage } from '@main/engines/guide/help-pages'

const front = '---\ntitle: Tea\nkeywords: [drink, "3477"]\n---\n'

describe('a help page', () => {
  it('is split at its headings, what stands first going by the title', () => {
    const page = parseHelpPage('tea', `${front}Tea is hot.\n\n## How long?\n\nThree minutes.\n`)
    expect(page.title).toBe('Tea')
    expect(page.sections).toMatchObject([
      { id: 'tea#0', heading: 'Tea', body: 'Tea is hot.', keywords: 'drink 3477' },
      { id: 'tea#1', heading: 'How long?', body: 'Three minutes.', pageTitle: 'Tea' },
    ])
  })

  it('keeps code whole, also where it looks like a heading', () => {
    const code = '```bash\n## not a heading\nls\n```'
    expect(parseHelpPage('tea', `${front}## How?\n\n${code}\n`).sections).toMatchObject([{ heading: 'How?', body: code }])
  })

  it('takes other ways of asking from a comment, which is not part of the text', () => {
    const [section] = parseHelpPage('tea', `${front}## How long?\n\n<!-- asked: brewing time; when is it ready -->\nThree minutes.`).sections
    expect(section).toMatchObject({ asked: ['brewing time', 'when is it ready'], body: 'Three minutes.' })
  })

  it('may end its lines as Windows does', () => {
    expect(parseHelpPage('tea', `${front}Hot.\n\n## Why?\n\nFire.\n`.replaceAll('\n', '\r\n')).sections.map(({ body }) => body)).toEqual(['Hot.', 'Fire.'])
  })

  it.each(['', 'Tea is hot.', '---\ntitle: Tea\n---\nHot.', '---\ntitle: [\n---\nHot.', '---\nkeywords: [a]\n---\nHot.'])('is refused by name without title and keywords: %j', (source) => {
    expect(() => parseHelpPage('tea', source)).toThrow(/tea\.md must start with front matter/)
  })

  it('that cannot be found is an error that names the folder', async () => {
    await expect(loadHelpPages('/no/such/folder')).rejects.toThrow('/no/such/folder')
  })
})

describe('the help pages of the app', async () => {
  const pages = await loadHelpPages(resolve('resources/help'))

  it('come in order, each of 20 to 85 lines', () => {
    expect(pages.map(({ name }) => name)).toEqual(pages.map(({ name }) => name).sort())
    for (const { name } of pages) {
      const lines = readFileSync(resolve('resources/help', `${name}.md`), 'utf8').trimEnd().split('\n').length
      expect(lines, name).toBeGreaterThanOrEqual(20)
      expect(lines, name).toBeLessThanOrEqual(85)
    }
  })

  it('ask no question twice', () => {
    const headings = pages.flatMap(({ sections }) => sections.map(({ heading }) => heading))
    expect(new Set(headings).size).toBe(headings.length)
  })

  it('name the language of every block of code but plain output', () => {
    const fences = pages.flatMap(({ sections }) => sections.flatMap(({ body }) => body.split('\n').filter((line) => line.startsWith('```'))))
    expect(new Set(fences)).toEqual(new Set(['```', '```bash', '```python', '```js', '```yaml']))
  })
})
