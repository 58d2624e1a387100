import { addPlanned, plannedText } from '@main/core/config/import/add-planned'
import { planImport, type ImportPlan } from '@main/core/config/import/plan-import'
import { readFixtures } from '@main/core/config/import/read-fixtures'
import { parseConfig } from '@main/core/config/parse-config'
import { describe, expect, test } from 'vitest'
import { clustersFixture, endpointsFixture, oldEndpointsFixture } from './fixtures'

const staff = '7fae3f2c-1111-4222-8333-944455556666'
const other = '00000000-1111-4222-8333-944455556666'
const read = (...values: readonly unknown[]) => readFixtures(values.map((value, index) => ({ path: `file${index}.json`, text: JSON.stringify(value) })))
const plan = (values: readonly unknown[], options: Partial<Parameters<typeof planImport>[1]> = {}): ImportPlan => planImport(read(...values), { kind: 'pbs', ...options })
const direct = (model: string, fields: object = {}, url = 'https://api.example.org/v1/chat/completions') => ({
  model: 'resource_server_async.endpoint',
  pk: 1,
  fields: { cluster: 'metis', framework: 'api', model, endpoint_adapter: 'resource_server_async.endpoints.direct_api.DirectAPIEndpoint', config: { api_url: url, api_key_env_name: 'METIS_KEY' }, ...fields },
})
const globus = (model: string, fields: object = {}) => ({
  model: 'resource_server_async.endpoint',
  pk: 1,
  fields: { cluster: 'sophia', framework: 'vllm', model, endpoint_adapter: 'x.GlobusComputeEndpoint', config: { api_port: 8000, endpoint_uuid: 'e', function_uuid: 'f' }, ...fields },
})

describe('the fixtures of a FIRST site', () => {
  test('become clusters and deployments that config.yaml takes', () => {
    const { clusters, notes } = plan([clustersFixture, endpointsFixture])
    const text = plannedText(clusters)
    expect(text).toBe(`clusters:
  - name: sophia
    kind: pbs
    access:
      groups:
        - ${staff}
    deployments:
      # Globus Compute endpoint 46a57aff-68a7-48b2-8157-e27347d06740, port 8000
      - model: mistralai/Mixtral-8x22B-Instruct-v0.1
        framework: vllm
      # Globus Compute endpoint 34fa20a8-0d4a-49d2-8a73-39dc85bd2ed4, port 8000
      - model: mgoin/Nemotron-4-340B-Instruct-hf
        framework: vllm
        batch:
          enabled: false
        access:
          domains:
            - anl.gov
          groups:
            - ${other}
  - name: metis
    kind: direct
    url: https://api.example.org/v1
    apiKey: \${env:METIS_KEY}
    models:
      - gpt-oss-120b
`)
    const { config, problems } = parseConfig(text)
    expect(problems).toEqual([])
    expect(config?.clusters[0]).toMatchObject({ kind: 'pbs', deployments: [{ batch: { enabled: true } }, { batch: { enabled: false }, access: { groups: [other] } }] })
    expect(notes).toEqual([expect.stringContaining('sophia: Globus Compute keeps on the cluster how a model is started')])
  })

  test('of years ago are read too: settings beside the fields, groups as text with names, a framework that is not known here', () => {
    const { clusters, notes } = plan([oldEndpointsFixture], { kind: 'slurm' })
    expect(clusters).toEqual([
      { kind: 'slurm', name: 'sophia', deployments: [{ value: { model: 'meta-llama/Meta-Llama-3-8B-Instruct', framework: 'vllm', batch: { enabled: false } }, comment: 'Globus Compute endpoint a5ac731e-e49a-4951-90d2-7709a05b3d6a, port 8001' }] },
      { kind: 'slurm', name: 'polaris', deployments: [{ value: { model: 'meta-llama/Meta-Llama-3-8B-Instruct', framework: 'vllm', batch: { enabled: false }, access: { groups: [staff, other] } }, comment: 'Globus Compute endpoint be293b79-501f-484e-898c-a448c4e32c36, port 8000' }] },
    ])
    expect(notes).toContain('file0.json [2]: meta-llama-3-8b-instruct is left out: how llama-cpp is started has to be said. Add a deployment with a launch line or the template llama-server.')
    expect(notes.some((note) => note.includes('is in file0.json [0] already'))).toBe(true)
  })

  test('are taken over for one cluster where one is named', () => {
    expect(plan([clustersFixture, endpointsFixture], { cluster: 'metis' }).clusters.map(({ name }) => name)).toEqual(['metis'])
    expect(plan([clustersFixture], { cluster: 'nowhere' })).toEqual({ clusters: [], notes: ['The files hold no cluster nowhere.'] })
  })

  test('say of a cluster without endpoints, of an adapter that hides its address, and of other entries, what to do', () => {
    const { clusters, notes } = plan([clustersFixture, [globus('a', { cluster: 'metis', endpoint_adapter: 'x.MetisEndpoint', config: {} }), { model: 'resource_server.federatedendpoint', fields: {} }]])
    expect(clusters).toEqual([])
    expect(notes).toEqual([
      '1 entry of resource_server.federatedendpoint is no cluster and no endpoint, and left out. A model that several clusters serve is federated here by itself.',
      'The cluster sophia (GlobusComputeCluster) has no endpoint in these files: what it serves is known to its own server alone. Add that as a server, by its address and key.',
      'file1.json [0]: a is left out: MetisEndpoint asks a server whose address is not in these files. Add that as a server.',
    ])
  })

  test('with models of one server under different rules become one cluster a rule', () => {
    const { clusters } = plan([[direct('a'), direct('b'), direct('c', { allowed_globus_groups: [staff] }), direct('d', {}, 'https://other.example.org/v1/')]])
    expect(clusters.map((cluster) => [cluster.name, 'models' in cluster && cluster.models, cluster.access])).toEqual([
      ['metis', ['a', 'b'], undefined],
      ['metis-2', ['c'], { groups: [staff] }],
      ['metis-3', ['d'], undefined],
    ])
  })

  test('never open to more people than the site did', () => {
    const cluster = { model: 'resource_server_async.cluster', fields: { cluster_name: 'metis', allowed_globus_groups: [staff], allowed_domains: ['anl.gov'] } }
    const { clusters, notes } = plan([[cluster, direct('a'), direct('b', { allowed_globus_groups: [other] })]])
    expect(clusters).toMatchObject([{ models: ['a'], access: { groups: [staff], domains: ['anl.gov'] } }])
    expect(notes).toEqual([expect.stringContaining('b is left out: its groups or domains')])
  })

  test.each([
    ['{"a": 1', 'f.json is not valid JSON: it ends too early at line 1, column 8.'],
    ['{}', 'f.json is no fixture of Django'],
    ['[{"model": "resource_server_async.endpoint", "fields": {"cluster": "a", "framework": "vllm"}}]', 'f.json [0].fields.model is missing.'],
    ['[{"fields": {}}]', 'f.json [0].model is missing.'],
    ['[{"model": "resource_server_async.cluster", "fields": []}]', 'f.json [0].fields must be a group of fields.'],
    ['[{"model": "resource_server_async.endpoint", "fields": {"cluster": "a", "framework": "vllm", "model": "m", "config": {"api_url": 7}}}]', 'f.json [0].fields.config.api_url must be text.'],
    ['"text"', 'f.json is no fixture of Django'],
  ])('that are not right, %s, are refused by their place', (text, message) => {
    expect(() => readFixtures([{ path: 'f.json', text }])).toThrow(message)
  })

  test('with an address or a variable that is none leave that model out', () => {
    const { clusters, notes } = plan([[direct('a', {}, 'not an address'), direct('b', { config: { api_url: 'https://x.example/v1', api_key_env_name: 'MY KEY' } })]])
    expect(clusters).toEqual([])
    expect(notes).toEqual([expect.stringContaining('not an address is no web address'), expect.stringContaining('MY KEY is no name of a variable')])
  })
})

describe('adding to a config.yaml', () => {
  const planned = plan([clustersFixture, endpointsFixture]).clusters
  const after = (text: string): { text: string; added: ReturnType<typeof addPlanned> } => {
    const { document } = parseConfig(text)
    const added = addPlanned(document, planned)
    return { text: document.toString({ lineWidth: 0 }), added }
  }

  test('keeps what is there with its comments, and adds nothing the second time', () => {
    const before = `# of the lab
clusters:
  # ours
  - name: sophia
    kind: slurm # here it is Slurm
    access: { groups: [ ${staff} ] }
    deployments:
      - model: mistralai/Mixtral-8x22B-Instruct-v0.1
        framework: vllm
        resources: { gpus: 4 } # filled in
`
    const first = after(before)
    expect(first.text.slice(0, before.length)).toBe(before)
    expect(parseConfig(first.text).config?.clusters).toMatchObject([{ name: 'sophia', kind: 'slurm', deployments: [{ resources: { gpus: 4 } }, { model: 'mgoin/Nemotron-4-340B-Instruct-hf' }] }, { name: 'metis', kind: 'direct' }])
    expect(first.added.clusters.map(({ name }) => name)).toEqual(['sophia', 'metis'])
    const second = after(first.text)
    expect(second).toEqual({ text: first.text, added: { clusters: [], notes: [] } })
    expect(after('').text).toBe(after(after('').text).text)
  })

  test('adds models to the server of the same address, and none to one that names its models itself', () => {
    const listed = after('clusters:\n  - name: mine\n    kind: direct\n    url: https://api.example.org/v1\n    apiKey: ${env:METIS_KEY}\n    models: [a]\n')
    expect(parseConfig(listed.text).config?.clusters[0]).toMatchObject({ name: 'mine', models: ['a', 'gpt-oss-120b'] })
    const asked = after('clusters:\n  - name: mine\n    kind: direct\n    url: https://api.example.org/v1\n')
    expect(asked.added.clusters.map(({ name }) => name)).toEqual(['sophia'])
  })

  test('gives a free name to a server, and leaves a cluster of another kind or rule alone, with a note', () => {
    const { text, added } = after('clusters:\n  - { name: metis, kind: first, url: https://a.example/resource_server }\n  - { name: sophia, kind: local }\n')
    expect(parseConfig(text).config?.clusters.map(({ name }) => name)).toEqual(['metis', 'sophia', 'metis-2'])
    expect(added.notes).toEqual([expect.stringContaining('There is a cluster sophia of kind local')])
    expect(after('clusters:\n  - { name: sophia, kind: pbs }\n').added.notes).toEqual([expect.stringContaining('another rule of access than the site\'s, so 2 models are left out')])
  })
})
