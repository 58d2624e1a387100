import { createMask } from '@main/core/mask'
import { describe, expect, test } from 'vitest'

const masked = (line: string, ...secrets: string[]): string => {
  const mask = createMask()
  for (const secret of secrets) mask.register(secret)
  return mask.apply(line)
}

describe('a line of the log', () => {
  test.each([
    ['a key of ours', '{"cause":"fd-0123456789abcdefghijklmnopqrstuvwxyz0123456 is wrong"}', '0123456789abcdef'],
    ['a bearer token', '{"header":"Bearer abc.def-ghi"}', 'abc.def'],
    ['a bearer token in a list', '["authorization","bearer abc.def"]', 'abc.def'],
    ['a key of a server', '{"message":"key sk-proj-abcdef0123456789 was refused"}', 'abcdef0123456789'],
    ['a header', '{"headers":{"Authorization":"Token \\"quoted\\" tail","x-api-key":"12345"}}', 'quoted'],
    ['a cookie', '{"cookie":"first-session-1=abcdef"}', 'abcdef'],
    ['a one-time code in an address', '{"url":"/?code=AbCdEf-12"}', 'AbCdEf-12'],
    ['the key of an engine', '{"message":"guide-0123456789abcdef0123"}', '0123456789abcdef'],
  ])('hides %s', (_name, line, secret) => {
    expect(masked(line)).not.toContain(secret)
    expect(masked(line)).toContain('[hidden]')
  })

  test('hides a secret that was registered, also as JSON writes it', () => {
    expect(masked('{"a":"tea \\"for\\" two","b":"plain-words"}', 'tea "for" two', 'plain-words')).toBe('{"a":"[hidden]","b":"[hidden]"}')
  })

  test('stays JSON', () => {
    const line = JSON.stringify({ headers: { authorization: 'Bearer a"b\\c' }, url: 'http://x/?key=1&b=2', cause: { stack: 'fd-aaaaaaaaaaaaaaaaaaaaaaaa\n  at x' } })
    expect(() => void JSON.parse(masked(line))).not.toThrow()
  })

  test('stays as it is where there is nothing to hide', () => {
    const line = '{"replica":"fd-0a1b2c3d4e5f","model":"meta-llama/Llama-3.1-8B-Instruct","file":"/models/llama-3-8b-instruct.gguf","url":"http://127.0.0.1:3477"}'
    expect(masked(line, 'abc')).toBe(line)
  })
})
