import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

const css = await readFile('src-renderer/app/theme.css', 'utf8')

/** The variables of the first block that a selector opens. */
function variablesOf(selector: string): ReadonlyMap<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('}', start))
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name!, colour!]))
}

/** Relative luminance (WCAG 2.2, definition of contrast ratio). */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light! + 0.05) / (dark! + 0.05)
}

const surfaces = ['canvas', 'surface', 'raised', 'sunken', 'hover', 'selected']
const texts = ['ink', 'ink-soft', 'ink-mute', 'accent', 'live', 'wait', 'fail', 'care']
const code = ['comment', 'keyword', 'string', 'constant', 'function', 'parameter', 'punctuation', 'link'].map((name) => `code-token-${name}`)

describe.each([
  ['light', variablesOf(':root')],
  ['dark', variablesOf(":root[data-theme='dark']")],
])('the %s theme', (_, colours) => {
  const of = (name: string): string => {
    const colour = colours.get(name)
    if (colour === undefined) throw new Error(`theme.css has no --${name}`)
    return colour
  }
  const pairs = [
    ...texts.flatMap((text) => surfaces.map((surface) => [text, surface])),
    ...code.map((token) => [token, 'sunken']),
    ['on-accent', 'accent'],
    ['on-accent', 'accent-strong'],
    ['ink', 'mark'],
    ['ink', 'fail-soft'],
    ['ink-mute', 'fail-soft'],
    ['ink', 'wait-soft'],
    ['ink-mute', 'accent-soft'],
  ]

  it('has text that stands out from every surface it can be on by 4.5 to 1', () => {
    const weak = pairs.map(([text, surface]) => [text, surface, contrast(of(text!), of(surface!))] as const).filter(([, , ratio]) => ratio < 4.5)
    expect(weak).toEqual([])
  })

  it('has edges of controls that stand out from what is around them by 3 to 1', () => {
    for (const surface of ['canvas', 'raised']) expect(contrast(of('control'), of(surface))).toBeGreaterThanOrEqual(3)
  })
})
