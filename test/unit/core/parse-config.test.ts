import { parseConfig, problemLines } from '@main/core/config/parse-config'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const problemsOf = (text: string): string => problemLines('config.yaml', parseConfig(text).problems)

describe('reading config.yaml', () => {
  test('an empty file, or one of comments, is the defaults', () => {
    for (const text of ['', '# nothing\n', 'version: 1\n']) expect(parseConfig(text).config).toMatchObject({ gateway: { host: '127.0.0.1', port: 3477 }, clusters: [] })
  })

  test.each([
    ['a tab', 'gateway:\n\tport: 1\n', 'config.yaml:2:1 this line is indented with a tab; YAML takes spaces only, so put spaces in its place'],
    ['a tab after which nothing is where it seems', 'clusters:\n\t- name: lab\n    kind: direct\n    url: https://lab.example.org\n', 'config.yaml:2:1 this line is indented with a tab; YAML takes spaces only, so put spaces in its place'],
    ['a wrong key that is near a right one', 'gateway:\n  prot: 1\n', 'config.yaml:2:3 gateway.prot: there is no key prot here; did you mean port?'],
    ['a wrong key in a list', 'clusters:\n  - name: lab\n    kind: direct\n    url: https://lab.example.org\n    apikey: ${env:K}\n', 'config.yaml:5:5 clusters[0].apikey: there is no key apikey here; did you mean apiKey?'],
    ['a wrong type', 'gateway:\n  host: 127.0.0.1\n  port: http\n', 'config.yaml:3:3 gateway.port: must be a number, not "http"'],
    ['a number out of its range', 'gateway: { port: 70000 }\n', 'config.yaml:1:12 gateway.port: must be at most 65535'],
    ['what is missing', 'clusters:\n  - kind: direct\n    url: https://lab.example.org\n', 'config.yaml:2:5 clusters[0].name: is missing; it is text'],
    ['an address that is none', 'clusters:\n  - name: lab\n    kind: direct\n    url: lab\n', 'config.yaml:4:5 clusters[0].url: must be a web address, such as https://api.example.org/v1'],
    ['a kind of cluster that is not known', 'clusters:\n  - name: lab\n    kind: condor\n', 'config.yaml:3:5 clusters[0].kind: is none of the kinds that are known: use local or slurm or pbs or direct or first or globus-compute'],
    ['a framework that this machine has not', 'clusters:\n  - name: lab\n    kind: local\n    deployments:\n      - { model: m, framework: tgi }\n', 'config.yaml:5:21 clusters[0].deployments[0].framework: is no framework of this machine: use llama, vllm, infinity or api'],
    ['a launch line that names what is not there', 'clusters:\n  - name: lab\n    kind: slurm\n    deployments:\n      - model: m\n        framework: vllm\n        launch: serve --port ${prot}\n', 'config.yaml:7:9 clusters[0].deployments[0].launch: names ${prot}, which stands for nothing; there are ${model} ${file} ${host} ${port} ${key} ${gpus} ${nodes}, and $${prot} means these characters themselves'],
    ['a deployment with no way to start', 'clusters:\n  - name: lab\n    kind: pbs\n    deployments:\n      - { model: m, framework: api }\n', 'config.yaml:5:9 clusters[0].deployments[0].launch: is missing: say how to start it, or name a template'],
    ['less than nothing', 'clusters:\n  - name: lab\n    kind: slurm\n    deployments:\n      - { model: m, framework: vllm, replicas: { min: 3, max: 2 } }\n', 'config.yaml:5:50 clusters[0].deployments[0].replicas.min: must not be more than max'],
    ['a replica for each batch where all are always up', 'clusters:\n  - name: lab\n    kind: slurm\n    deployments:\n      - { model: m, framework: vllm, hot: true, batch: { dedicated: true } }\n', 'config.yaml:5:58 clusters[0].deployments[0].batch.dedicated: leaves no replica for a batch: as many as replicas.max (1) are always up for everybody; raise it'],
    ['two deployments of one model', 'clusters:\n  - name: lab\n    kind: slurm\n    deployments:\n      - { model: m, framework: vllm }\n      - { model: m, framework: vllm }\n', 'config.yaml:6:11 clusters[0].deployments[1].model: there is another deployment of m with the framework vllm here'],
    ['a key of a deployment that is none', 'clusters:\n  - name: lab\n    kind: slurm\n    deployments:\n      - { model: m, framework: vllm, walltime: 3600 }\n', 'config.yaml:5:38 clusters[0].deployments[0].walltime: there is no key walltime here; did you mean walltimeS?'],
    ['an address with a password in it', 'clusters:\n  - name: lab\n    kind: direct\n    url: https://me:pw@lab.example.org\n', 'config.yaml:4:5 clusters[0].url: leave the name and password out of the address: a key goes to apiKey'],
    ['a sign-in to an address that anybody on the way can read', 'clusters:\n  - name: lab\n    kind: first\n    url: http://lab.example.org/resource_server\n    site: alcf\n', 'config.yaml:4:5 clusters[0].url: is no https address; the token of a sign-in goes there'],
    ['a key that is written out', 'clusters:\n  - name: lab\n    kind: direct\n    url: https://lab.example.org\n    apiKey: sk-1\n', 'config.yaml:5:5 clusters[0].apiKey: a secret is named, not written here: use ${env:NAME} or ${secret:NAME}'],
    ['two clusters of one name', 'clusters:\n  - { name: a, kind: local }\n  - { name: a, kind: local }\n', 'config.yaml:3:7 clusters[1].name: there is another cluster named a'],
    ['text where keys belong', 'hello\n', 'config.yaml:1:1 must be a group of keys, not "hello"'],
    ['a key that stands twice', 'gateway:\n  port: 1\n  port: 2\n', 'config.yaml:3:3 there is another port in the same group; join the two'],
    ['a second document', 'version: 1\n---\nversion: 1\n', 'config.yaml:2:1 a second document begins here; take this line (---) out'],
    ['a level that is not known', 'log:\n  level: loud\n', 'config.yaml:2:3 log.level: must be debug or info or warn or error, not "loud"'],
  ])('%s is named with its line', (_name, text, problem) => {
    expect(problemsOf(text)).toBe(problem)
    expect(parseConfig(text).config).toBeUndefined()
  })

  test('every wrong key is told, in the order of the file', () => {
    expect(parseConfig('colour: red\ngateway:\n  size: 1\nshape: round\n').problems.map(({ key }) => key)).toEqual(['colour', 'gateway.size', 'shape'])
  })

  test('of very many problems the first ten are told', () => {
    expect(parseConfig(Array.from({ length: 500 }, (_, index) => `key${index}: 1\n`).join('')).problems.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(fc.constantFrom('a: ', '- ', '\t', '\n', '  ', '&x ', '*x', '{', '}', '[', ']', '"', '|', '!!set ', 'clusters:', 'kind: ', '?')).map((parts) => parts.join(''))), (text) => {
        const { config, problems } = parseConfig(text)
        expect(config === undefined).toBe(problems.length > 0)
      }),
    )
  })

  test('a file that grows without end when it is read is refused', () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'.split('').map((letter, index) => `${letter}: &${letter} [${Array(9).fill(`*${'abcdefgh'[index] ?? ''}`).join(', ')}]`).join('\n')}\n`
    expect(parseConfig(bomb).problems[0]?.message).toMatch(/alias/i)
  })
})
