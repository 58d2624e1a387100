import { addModelFile, addServer, removeModelFile, removeServer, setServerKey, setServing } from '@main/core/config/edits'
import { parseConfig } from '@main/core/config/parse-config'
import { describe, expect, test } from 'vitest'
import type { Document } from 'yaml'

function edited(text: string, ...edits: ((document: Document) => void)[]): string {
  const { document } = parseConfig(text)
  for (const edit of edits) edit(document)
  return document.toString({ lineWidth: 0 })
}

const server = { name: 'lab', url: 'https://lab.example.org/v1', apiKey: '${secret:server.lab}' }
const written = '# my servers\nclusters:\n  - name: lab # the big one\n    kind: direct\n    url: https://lab.example.org/v1\ngateway:\n  port: 4000 # not the usual\n'

describe('changing config.yaml from the window', () => {
  test('a server is added to a file that is empty, has an empty list, or has others', () => {
    for (const text of ['', 'clusters:\n', 'clusters: []\n', 'clusters:\n  - { name: other, kind: local }\n'])
      expect(parseConfig(edited(text, (document) => addServer(document, server))).config?.clusters).toContainEqual({ ...server, kind: 'direct', framework: 'api' })
  })

  test('comments and other keys stay as they were', () => {
    const text = edited(written, (document) => addServer(document, { ...server, name: 'second' }))
    for (const line of ['# my servers', '- name: lab # the big one', 'port: 4000 # not the usual']) expect(text).toContain(line)
  })

  test('adding and taking away again leaves the file as it was', () => {
    expect(edited(written, (document) => addServer(document, { ...server, name: 'second' }), (document) => removeServer(document, 'second'))).toBe(written)
  })

  test('turning the serving of others off and on again leaves the file as it was', () => {
    for (const text of ['', 'version: 1\n', written]) {
      const off = edited(text, (document) => setServing(document, false))
      expect(parseConfig(off).config?.gateway.isServing).toBe(false)
      expect(parseConfig(edited(off, (document) => setServing(document, true)))).toMatchObject({ config: parseConfig(text).config })
    }
    expect(edited(written, (document) => setServing(document, false), (document) => setServing(document, true))).toBe(written)
    expect(parseConfig(edited('gateway:\n', (document) => setServing(document, false))).config?.gateway.isServing).toBe(false)
    expect(edited('version: 1\n', (document) => setServing(document, true))).toBe('version: 1\n')
  })

  test('a name that is taken, or not there, is an error', () => {
    expect(() => edited(written, (document) => addServer(document, server))).toThrow('There is a cluster named lab already.')
    expect(() => edited(written, (document) => removeServer(document, 'other'))).toThrow('There is no server named other')
    expect(() => edited(written, (document) => setServerKey(document, 'other', '${env:K}'))).toThrow('There is no server named other')
  })

  test('the key of a server is set by its reference', () => {
    expect(parseConfig(edited(written, (document) => setServerKey(document, 'lab', '${secret:server.lab}'))).config?.clusters).toMatchObject([{ apiKey: '${secret:server.lab}' }])
  })

  test('the kind of a server is kept, and a FIRST site is added with its token and clusters', () => {
    const clustersOf = (text: string) => parseConfig(text).config?.clusters
    expect(clustersOf(edited('', (document) => addServer(document, { ...server, profile: 'vllm', models: ['m'] })))).toMatchObject([{ kind: 'direct', profile: 'vllm', models: ['m'] }])
    const site = { name: 'alcf', kind: 'first', url: 'https://site.example.org/resource_server', clusters: ['sophia'] } as const
    const text = edited('', (document) => addServer(document, site), (document) => setServerKey(document, 'alcf', '${secret:server.alcf}'))
    expect(clustersOf(text)).toEqual([{ ...site, token: '${secret:server.alcf}' }])
    expect(clustersOf(edited(text, (document) => removeServer(document, 'alcf')))).toEqual([])
  })

  test('a model file goes to the cluster of this machine, which is made when there is none', () => {
    const add = (document: Document): void => addModelFile(document, { model: 'tiny', file: '/models/tiny.gguf', contextTokens: 2048 })
    const deployment = { model: 'tiny', framework: 'llama', file: '/models/tiny.gguf', contextTokens: 2048 }
    expect(parseConfig(edited('', add)).config?.clusters).toMatchObject([{ name: 'here', kind: 'local', deployments: [deployment] }])
    expect(parseConfig(edited('clusters: [{ name: desk, kind: local }]\n', add)).config?.clusters).toMatchObject([{ name: 'desk', deployments: [deployment] }])
    expect(() => edited('', add, add)).toThrow('There is a model tiny on this machine already')
    expect(parseConfig(edited('', add, (document) => removeModelFile(document, 'tiny'))).config?.clusters).toMatchObject([{ deployments: [] }])
    expect(() => edited('', (document) => removeModelFile(document, 'tiny'))).toThrow('There is no model tiny')
  })
})
