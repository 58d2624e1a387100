import { ImageOff } from 'lucide-react'
import type { ComponentProps } from 'react'
import type { Components, ExtraProps } from 'streamdown'
import { CodeBlock } from './code-block'
import { Formula } from './formula'

type Hast = NonNullable<ExtraProps['node']>

/** A link for the system's browser. A link inside the page would fight with the window's own addresses, so it is text. */
function Link({ href, children }: ComponentProps<'a'> & ExtraProps) {
  if (href === undefined || !/^(?:https?|mailto):/i.test(href)) return <span>{children}</span>
  return (
    <a href={href} target="_blank" rel="noreferrer" title={href}>
      {children}
    </a>
  )
}

/** Loading a picture from a host that an answer names would tell that host who reads it: the person decides. */
function Picture({ src, alt }: ComponentProps<'img'> & ExtraProps) {
  const name = alt === undefined || alt === '' ? 'image' : alt
  return (
    <span className="md-image">
      <ImageOff className="size-4" strokeWidth={1.75} aria-hidden />
      {typeof src === 'string' && /^https?:/i.test(src) ? <Link href={src}>{name}</Link> : name}
    </span>
  )
}

function Table({ children }: ComponentProps<'table'> & ExtraProps) {
  return (
    <div className="md-table" tabIndex={0} role="group" aria-label="Table">
      <table>{children}</table>
    </div>
  )
}

function textOf(node: Hast | undefined): string {
  return (node?.children ?? []).map((child) => (child.type === 'text' ? child.value : child.type === 'element' ? textOf(child) : '')).join('')
}

function languageOfCode(node: Hast | undefined): string {
  const names = node?.properties['className']
  const name = (Array.isArray(names) ? names : []).map(String).find((each) => each.startsWith('language-'))
  return name?.slice('language-'.length) ?? ''
}

/** Code inside a list or a quotation, and formulas of their own line; code at the top level never comes here (fence.ts). */
function Preformatted({ node }: ComponentProps<'pre'> & ExtraProps) {
  const code = node?.children.find((child) => child.type === 'element')
  const language = languageOfCode(code)
  const text = textOf(code).replace(/\n$/, '')
  return language === 'math' ? <Formula tex={text} isDisplay /> : <CodeBlock code={text} language={language} isComplete />
}

/** remark-math hands formulas over as code in the language `math`. */
function Code({ node, children }: ComponentProps<'code'> & ExtraProps) {
  return languageOfCode(node) === 'math' ? <Formula tex={textOf(node)} isDisplay={false} /> : <code>{children}</code>
}

/** The box of a task in a list. */
function TaskBox({ checked }: ComponentProps<'input'> & ExtraProps) {
  return <input type="checkbox" checked={checked === true} disabled aria-label={checked === true ? 'done' : 'to do'} readOnly />
}

function heading(level: 'h3' | 'h4' | 'h5' | 'h6', className: string) {
  const Level = level
  return function Heading({ children }: ComponentProps<'h1'> & ExtraProps) {
    return <Level className={className}>{children}</Level>
  }
}

/** Plain elements, styled by markdown.css; headings stand below those of the page and of the message. */
export const elements: Components = {
  a: Link,
  img: Picture,
  input: TaskBox,
  table: Table,
  pre: Preformatted,
  code: Code,
  h1: heading('h3', 'md-h1'),
  h2: heading('h4', 'md-h2'),
  h3: heading('h5', 'md-h3'),
  h4: heading('h6', 'md-h4'),
  h5: heading('h6', 'md-h4'),
  h6: heading('h6', 'md-h4'),
  p: 'p',
  ul: 'ul',
  ol: 'ol',
  li: 'li',
  strong: 'strong',
  blockquote: 'blockquote',
  hr: 'hr',
  thead: 'thead',
  tbody: 'tbody',
  tr: 'tr',
  th: 'th',
  td: 'td',
  sub: 'sub',
  sup: 'sup',
  section: 'section',
}
