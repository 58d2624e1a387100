import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { FirstError } from '@shared/errors'

/** One answer: what stands under one second-level heading, or above the first of them. */
export interface HelpSection {
  /** `<page>#<index>`. */
  readonly id: string
  readonly page: string
  readonly pageTitle: string
  /** Other words that people use for what the page is about, joined by spaces. */
  readonly keywords: string
  /** The page's title for what stands above the first heading. */
  readonly heading: string
  /** Other ways to ask what the heading asks, from a comment `<!-- asked: …; … -->` of the section. */
  readonly asked: readonly string[]
  /** Markdown. */
  readonly body: string
}

export interface HelpPage {
  /** The file's name without `.md`. */
  readonly name: string
  readonly title: string
  readonly sections: readonly HelpSection[]
}

const frontMatter = z.strictObject({ title: z.string().min(1), keywords: z.array(z.string()).min(1) })

/**
 * Reads every `.md` file of a folder, in order of name; works inside an asar archive too.
 * @throws FirstError `internal_error` when a page or the folder is not as it should be, naming the file.
 */
export async function loadHelpPages(dir: string): Promise<readonly HelpPage[]> {
  const files = (await readdir(dir).catch((cause: unknown) => {
    throw new FirstError('internal_error', `The help pages cannot be read from ${dir}; install the app again.`, { cause })
  })).filter((file) => file.endsWith('.md')).sort()
  if (files.length === 0) throw new FirstError('internal_error', `There are no help pages in ${dir}; install the app again.`)
  return Promise.all(files.map(async (file) => parseHelpPage(file.slice(0, -'.md'.length), await readFile(join(dir, file), 'utf8'))))
}

/** @throws FirstError `internal_error` when the front matter is missing or lacks `title` or `keywords`. */
export function parseHelpPage(name: string, source: string): HelpPage {
  const parts = /^---\n(.*?)\n---\n(.*)$/s.exec(source.replaceAll('\r\n', '\n'))
  const front = frontMatter.safeParse(parts?.[1] === undefined ? undefined : readYaml(parts[1]))
  if (!front.success)
    throw new FirstError('internal_error', `The help page ${name}.md must start with front matter that has a title and keywords.`, { cause: front.error })
  const { title, keywords } = front.data
  const sections = splitSections(title, parts?.[2] ?? '').map(({ heading, asked, body }, index) => ({
    id: `${name}#${index}`,
    page: name,
    pageTitle: title,
    keywords: keywords.join(' '),
    heading,
    asked,
    body,
  }))
  return { name, title, sections }
}

function readYaml(text: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    return cause // not an object with a title: refused with the rest
  }
}

/** A `## ` inside a code block is code, not a heading. */
function splitSections(title: string, markdown: string): readonly Pick<HelpSection, 'heading' | 'asked' | 'body'>[] {
  const sections: { heading: string; asked: string[]; lines: string[] }[] = [{ heading: title, asked: [], lines: [] }]
  let inCode = false
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) inCode = !inCode
    const asked = /^<!-- asked: (.*) -->$/.exec(line)?.[1]
    if (!inCode && line.startsWith('## ')) sections.push({ heading: line.slice('## '.length).trim(), asked: [], lines: [] })
    else if (asked === undefined) sections.at(-1)?.lines.push(line)
    else sections.at(-1)?.asked.push(...asked.split(';').map((question) => question.trim()))
  }
  return sections.map(({ lines, ...section }) => ({ ...section, body: lines.join('\n').trim() })).filter(({ body }) => body !== '')
}
