import { nameFromUrl } from '@renderer/features/settings/name-from-url'
import { completeUrl } from '@renderer/features/settings/complete-url'
import { plainSnippet } from '@renderer/features/chat/sidebar/plain-snippet'
import { chatPath, readChatPath } from '@renderer/features/chat/paths'
import { age, bytes, duration, tokens } from '@renderer/ui/format'
import { languageOf } from '@renderer/ui/markdown/languages'
import { clusterName } from '@shared/domain/model'
import { expect, it } from 'vitest'

it('says sizes in decimal units of three figures', () => {
  expect([0, 999, 1000, 485_000, 4_370_000_000, 82_600_000_000].map(bytes)).toEqual(['0 B', '999 B', '1.00 kB', '485 kB', '4.37 GB', '82.6 GB'])
})

it('says counts of tokens shortly', () => {
  expect([0, 999, 1000, 2048, 9949, 131_072, 1_048_576].map(tokens)).toEqual(['0', '999', '1k', '2.0k', '9.9k', '131k', '1.05M'])
})

it('says durations in the unit that fits', () => {
  expect([0, 340, 2400, 59_960, 65_000].map(duration)).toEqual(['0 ms', '340 ms', '2.4 s', '1 min 0 s', '1 min 5 s'])
})

it('says how long ago something was', () => {
  const now = Date.UTC(2026, 0, 31)
  expect([10, 60, 300, 7200, 200_000].map((seconds) => age(now - seconds * 1000, now))).toEqual(['just now', '1 min ago', '5 min ago', '2 h ago', '2 d ago'])
})

it('names a server after its host, unlike the names that are taken', () => {
  expect(nameFromUrl('https://api.sambanova.example.org/v1', [])).toBe('sambanova')
  expect(nameFromUrl('http://localhost:11434/v1', ['localhost'])).toBe('localhost-2')
  expect(nameFromUrl('http://10.0.0.7:8000', [])).toBe('10-0-0-7')
  expect(nameFromUrl('not an address', [])).toBe('server')
})

it('names servers as clusters may be called', () => {
  for (const url of ['https://a_b.example/v1', 'https://-x-.org', 'https://xn--bcher-kva.example', 'http://[::1]:8000/v1']) expect(clusterName.safeParse(nameFromUrl(url, [])).success).toBe(true)
})

it('adds the scheme that a person leaves out', () => {
  expect(completeUrl('localhost:8000/v1')).toBe('http://localhost:8000/v1')
  expect(completeUrl('api.example.org/v1')).toBe('https://api.example.org/v1')
  expect(completeUrl('  http://10.0.0.7:8000 ')).toBe('http://10.0.0.7:8000')
  expect([completeUrl(''), completeUrl('ftp://x'), completeUrl('a b')]).toEqual([undefined, undefined, undefined])
})

it('shows a snippet without marks, and its matches in their new places', () => {
  const snippet = '…# The heat **heat equation** `x` > y'
  const start = snippet.indexOf('heat equation')
  const { text, ranges } = plainSnippet(snippet, [{ start, end: start + 13 }])
  expect(text).toBe('…# The heat heat equation x y')
  expect(ranges.map(([from, to]) => text.slice(from, to))).toEqual(['heat equation'])
})

it('leaves a mark that was searched for', () => {
  expect(plainSnippet('a **b** c', [{ start: 2, end: 5 }])).toEqual({ text: 'a **b c', ranges: [[2, 5]] })
})

it('reads the addresses that it makes', () => {
  expect(readChatPath(chatPath('one'))).toEqual({ conversationId: 'one' })
  expect(readChatPath(chatPath('one', 'two'))).toEqual({ conversationId: 'one', messageId: 'two' })
  expect(readChatPath('/chat')).toEqual({})
  expect(readChatPath('/chat/')).toEqual({})
})

it('knows languages by the names that models write', () => {
  expect(['py', 'python', 'C++', 'constructor', 'klingon', ''].map((name) => languageOf(name.toLowerCase()))).toEqual(['python', 'python', 'cpp', undefined, undefined, undefined])
})
