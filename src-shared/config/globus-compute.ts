import { z } from 'zod'
import { clusterName, modelId, operation } from '../domain/model'
import { accessRule } from './access-rule'
import { siteName } from './sites'

/** The name of the first function that a Python source defines at its left margin. */
export const nameOfSource = (source: string): string | undefined => /^def\s+([A-Za-z_]\w*)\s*\(/m.exec(source)?.[1]

/** A function of Globus Compute: one that is registered already, by its id, or its Python source, which is registered when it is first needed. */
const computeFunction = z.union([
  z.strictObject({ id: z.guid('write the function as its UUID') }),
  z.strictObject({ source: z.string().max(1_000_000).refine((source) => nameOfSource(source) !== undefined, 'defines no function: begin a line with «def name(parameters):»') }),
])
export type ComputeFunctionConfig = z.infer<typeof computeFunction>

const endpointId = z.guid('write the endpoint as its UUID')

const computeModel = z
  .strictObject({
    model: modelId,
    framework: z.enum(['api', 'vllm', 'infinity']).default('vllm'),
    /** Gets `{model_params: {…, openai_endpoint, api_port?}}` and returns the answer's JSON, as the functions of FIRST do. */
    function: computeFunction.optional(),
    /** In place of `function`: the server of the model as the endpoint's workers see it, for example `http://localhost:8000/v1`; our own function asks it. */
    url: z.url({ protocol: /^https?$/ }).optional(),
    /** The `api_port` that a function of FIRST asks for. */
    port: z.number().int().min(1).max(65_535).optional(),
    operations: z.array(operation.extract(['chat_completions', 'completions', 'embeddings'])).min(1).optional(),
    /** Batches are done by a function there that gets many requests at once; `false`: request by request, as those of a function that is known by its id alone always are. */
    batch: z
      .union([
        z.literal(false),
        z.strictObject({
          tasksAtOnce: z.number().int().min(1).max(64).default(4),
          /** Of one task. */
          requestsAtOnce: z.number().int().min(1).max(256).default(16),
          linesPerTask: z.number().int().min(1).max(5_000).default(200),
          /** After so many seconds a task begins no further request, and brings what it has. */
          taskS: z.number().int().min(10).max(86_400).default(900),
        }),
      ])
      .prefault({}),
  })
  .refine((model) => (model.function === undefined) !== (model.url === undefined), { path: ['function'], message: 'a model has a function or the url of a server, one of the two' })
export type ComputeModelConfig = z.infer<typeof computeModel>

/** A cluster that only Globus Compute reaches: requests are tasks on an endpoint there, and answered whole. */
export const globusComputeCluster = z.strictObject({
  name: clusterName,
  kind: z.literal('globus-compute'),
  endpoint: endpointId,
  /** Whose sign-in is used, a preset or one of `sites`; the scope of Globus Compute is consented to there. */
  site: siteName,
  /** The username of the account, where several are signed in to the site. Absent: the one that is in use there. */
  account: z.string().min(1).max(256).optional(),
  models: z.array(computeModel).superRefine((models, context) => {
    const seen = new Set<string>()
    for (const [index, { model, framework }] of models.entries()) {
      if (seen.has(`${framework} ${model}`)) context.addIssue({ code: 'custom', path: [index, 'model'], message: `there is another ${model} with the framework ${framework} here` })
      seen.add(`${framework} ${model}`)
    }
  }),
  /** A function without parameters that tells the jobs of the cluster as FIRST's `qstat` functions do, and where it runs. Absent: jobs are not known. */
  jobs: z.strictObject({ function: computeFunction, endpoint: endpointId.optional() }).optional(),
  /** Of a multi-user endpoint: what its template asks for. */
  userEndpointConfig: z.record(z.string(), z.json()).optional(),
  /** Between two looks at tasks that were just submitted; it looks less often as they take longer. */
  pollS: z.number().min(0.1).max(60).default(1),
  /** A request is given up after this long, waiting for nodes included. */
  timeoutS: z.number().int().min(1).max(86_400).default(1800),
  access: accessRule.optional(),
})
export type GlobusComputeClusterConfig = z.infer<typeof globusComputeCluster>
