import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizeMath } from '@renderer/features/chat/engine/math/normalize-math'

const cases: readonly (readonly [what: string, written: string, expected: string])[] = [
  ['inline math in parentheses', String.raw`so \(x^2\) grows`, 'so $x^2$ grows'],
  ['spaces inside the parentheses', String.raw`so \( x^2 \) grows`, 'so $x^2$ grows'],
  ['several formulas in a line', String.raw`\(a\) and \(b\)`, '$a$ and $b$'],
  ['a formula with a dollar in it', String.raw`\(\text{\$5}\)`, String.raw`$$$ \text{\$5} $$$`],
  ['display math in brackets', '\\[\nx = 1\n\\]', '$$\nx = 1\n$$'],
  ['display math on one line', String.raw`\[ x = 1 \]`, '$$\nx = 1\n$$'],
  ['display math amid a sentence', String.raw`Then \[ x = 1 \] holds.`, 'Then\n$$\nx = 1\n$$\nholds.'],
  ['a full stop behind display math', String.raw`\[ x = 1 \].`, '$$\nx = 1.\n$$'],
  ['display math in a list', '1. First\n   \\[\n   x = 1\n   \\]', '1. First\n   $$\n   x = 1\n   $$'],
  ['display math that begins a list item', String.raw`- \[x\]`, '- $$\n  x\n  $$'],
  ['display math in a quotation', '> \\[\n> x = 1\n> \\]', '> $$\n> x = 1\n> $$'],
  ['display math in a table', String.raw`| \[x\] | 2 |`, '| $x$ | 2 |'],
  ['dollars of display math on one line', '$$x = 1$$', '$$\nx = 1\n$$'],
  ['dollars of display math on their own lines', '$$\nx = 1\n$$', '$$\nx = 1\n$$'],
  ['a closing mark at the end of a line', '$$\nx = 1$$', '$$\nx = 1\n$$'],
  ['inline math in dollars', 'so $x^2$ grows', 'so $x^2$ grows'],
  ['a single letter', 'the $n$th of $m$', 'the $n$th of $m$'],
  ['a number as math', 'about $3.14$ or so', 'about $3.14$ or so'],
  ['words within TeX', String.raw`$v = \text{speed of light}$`, String.raw`$v = \text{speed of light}$`],
  ['one sum of money', 'It costs $5.', String.raw`It costs \$5.`],
  ['two sums of money', 'between $5 and $10 a month', String.raw`between \$5 and \$10 a month`],
  ['a range of money', '$5-$10', String.raw`\$5-\$10`],
  ['money with a dollar behind', 'from $5 to 10$ more', String.raw`from \$5 to 10\$ more`],
  ['money of a country', 'US$5 or A$6', String.raw`US\$5 or A\$6`],
  ['money beside math', 'for $5 you get $x^2$', String.raw`for \$5 you get $x^2$`],
  ['variables of a shell', 'set $HOME and $PATH', String.raw`set \$HOME and \$PATH`],
  ['a path of variables', 'in $HOME/$USER', String.raw`in \$HOME/\$USER`],
  ['what is escaped already', String.raw`\$5 and \$6`, String.raw`\$5 and \$6`],
  ['a code span', 'run `echo $HOME` for $5', 'run `echo $HOME` for ' + String.raw`\$5`],
  ['a code span of two marks', '``a ` $b`` $5', '``a ` $b`` ' + String.raw`\$5`],
  ['a fenced block', '```sh\necho $HOME \\(x\\)\n```\n$5', '```sh\necho $HOME \\(x\\)\n```\n' + String.raw`\$5`],
  ['a fenced block of tildes', '~~~\n$x\n```\n~~~', '~~~\n$x\n```\n~~~'],
  ['a fenced block in a list', '- a\n  ```\n  $5 \\(x\\)\n  ```', '- a\n  ```\n  $5 \\(x\\)\n  ```'],
  ['an indented block', 'Run:\n\n    echo $HOME\n\nfor $5', 'Run:\n\n    echo $HOME\n\n' + String.raw`for \$5`],
  ['a stray backtick in an earlier paragraph', 'a ` b \\(x\\)\n\nc', 'a ` b $x$\n\nc'],
  ['an escaped bracket before a link', String.raw`\[a\](b)`, String.raw`\[a\](b)`],
  ['an address', 'see https://a.b/?c=$d$e', 'see https://a.b/?c=$d$e'],
]

const unfinished: readonly (readonly [what: string, written: string, expected: string])[] = [
  ['a formula in parentheses', String.raw`so \(x^2`, String.raw`so \(x^2`],
  ['a formula in brackets', '\\[\nx = ', '\\[\nx = '],
  ['display math in dollars', 'a\n\n$$\nx = \\frac{1', 'a\n\n$$\nx = \\frac{1'],
  ['a code span', 'run `echo $HO', 'run `echo $HO'],
  ['a fenced block', '```sh\necho $HO', '```sh\necho $HO'],
  ['a formula in dollars', 'so $x^', String.raw`so \$x^`],
]

describe('math of an answer', () => {
  it.each(cases)('writes %s for remark-math', (_what, written, expected) => {
    expect(normalizeMath(written)).toBe(expected)
  })

  it.each(cases)('leaves %s alone when it is normalized again', (_what, written) => {
    const once = normalizeMath(written)
    expect(normalizeMath(once)).toBe(once)
  })

  it.each(unfinished)('leaves %s open while its end has not come', (_what, written, expected) => {
    expect(normalizeMath(written)).toBe(expected)
  })

  it('never loses or changes a letter of the text, wherever the stream stands', () => {
    const pieces = fc.constantFrom('$', '$$', '\\(', '\\)', '\\[', '\\]', '`', '```\n', '\n', '\n\n', 'x', '5', ' ', 'and ', '- ', '> ', '\\', '|', 'HOME')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const text = parts.join('')
        const letters = (markdown: string): string => markdown.replace(/[^a-zA-Z0-9]/g, '')
        expect(letters(normalizeMath(text))).toBe(letters(text))
      }),
    )
  })
})
