/** In the shapes that FIRST's repository has had, with ids of nobody's groups. */
export const clustersFixture = [
  {
    model: 'resource_server_async.cluster',
    pk: 1,
    fields: {
      cluster_name: 'sophia',
      cluster_adapter: 'resource_server_async.clusters.globus_compute.GlobusComputeCluster',
      frameworks: ['vllm'],
      openai_endpoints: ['chat/completions', 'completions', 'embeddings', 'health', 'metrics'],
      config: { qstat_endpoint_uuid: '23c852cb-e780-49d3-9103-5ef4b1fcfd1c', qstat_function_uuid: 'a84d7f2f-6066-44ba-bd5e-344f760e474b' },
      allowed_globus_groups: ['7fae3f2c-1111-4222-8333-944455556666'],
    },
  },
]

export const endpointsFixture = [
  {
    model: 'resource_server_async.endpoint',
    pk: 1,
    fields: {
      endpoint_slug: 'sophia-vllm-mistralaimixtral-8x22b-instruct-v01',
      cluster: 'sophia',
      framework: 'vllm',
      model: 'mistralai/Mixtral-8x22B-Instruct-v0.1',
      endpoint_adapter: 'resource_server_async.endpoints.globus_compute.GlobusComputeEndpoint',
      config: { api_port: 8000, endpoint_uuid: '46a57aff-68a7-48b2-8157-e27347d06740', function_uuid: '31acd824-edf6-4f53-933c-63b3b75bdbea', batch_endpoint_uuid: '177b2ebc-e126-47d5-b753-6070cdbcae81', batch_function_uuid: '94a04bdf-69a5-456c-ae8a-c3dffc9b6ec2' },
    },
  },
  {
    model: 'resource_server_async.endpoint',
    pk: 5,
    fields: {
      cluster: 'sophia',
      framework: 'vllm',
      model: 'mgoin/Nemotron-4-340B-Instruct-hf',
      endpoint_adapter: 'resource_server_async.endpoints.globus_compute.GlobusComputeEndpoint',
      config: JSON.stringify({ api_port: 8000, endpoint_uuid: '34fa20a8-0d4a-49d2-8a73-39dc85bd2ed4', function_uuid: '31acd824-edf6-4f53-933c-63b3b75bdbea' }),
      allowed_globus_groups: ['00000000-1111-4222-8333-944455556666'],
      allowed_domains: ['anl.gov'],
    },
  },
  {
    model: 'resource_server_async.endpoint',
    pk: 6,
    fields: {
      cluster: 'metis',
      framework: 'api',
      model: 'gpt-oss-120b',
      endpoint_adapter: 'resource_server_async.endpoints.direct_api.DirectAPIEndpoint',
      config: { api_url: 'https://api.example.org/v1/chat/completions', api_key_env_name: 'METIS_KEY', api_request_timeout: 120 },
    },
  },
]

export const oldEndpointsFixture = [
  { model: 'resource_server.endpoint', pk: 2, fields: { endpoint_slug: 's', cluster: 'sophia', framework: 'vllm', model: 'meta-llama/Meta-Llama-3-8B-Instruct', api_port: 8001, endpoint_uuid: 'a5ac731e-e49a-4951-90d2-7709a05b3d6a', function_uuid: 'f' } },
  {
    model: 'resource_server.endpoint',
    pk: 5,
    fields: { cluster: 'polaris', framework: 'vllm', model: 'meta-llama/Meta-Llama-3-8B-Instruct', api_port: 8000, endpoint_uuid: 'be293b79-501f-484e-898c-a448c4e32c36', function_uuid: 'f', allowed_globus_groups: 'InferenceDev:7fae3f2c-1111-4222-8333-944455556666; Others:00000000-1111-4222-8333-944455556666' },
  },
  { model: 'resource_server.endpoint', pk: 8, fields: { cluster: 'polaris', framework: 'llama-cpp', model: 'meta-llama-3-8b-instruct', api_port: 8000, endpoint_uuid: 'cdc0e90b-c998-4e9e-baf8-3eb2825c878c', function_uuid: 'f' } },
  { model: 'resource_server.endpoint', pk: 10, fields: { cluster: 'sophia', framework: 'vllm', model: 'meta-llama/Meta-Llama-3-8B-Instruct', api_port: 8000, endpoint_uuid: 'x', function_uuid: 'f' } },
]
