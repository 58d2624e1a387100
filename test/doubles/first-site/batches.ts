import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** What becomes of the batches of a site. */
export type BatchPlan =
  /** @param resultsIn a folder in place of the one that was asked for */
  | { readonly kind: 'run'; readonly resultsIn?: string }
  /** Pending, until `kind` changes. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'fail'; readonly message: string }

export interface SiteBatchesOptions {
  /** The site's file system: a path of it lies below this folder. */
  readonly folder: string
  /** The answer of `PUT /data/staging`; absent: the site has none. */
  readonly stage?: () => Promise<object>
  /** Batches that one account may have under way; default 2. */
  readonly mostActive?: number
}

interface Order {
  readonly id: string
  readonly cluster: string
  readonly framework: string
  readonly inputFile: string
  readonly outputFolder: string
  status: 'pending' | 'failed' | 'completed'
  results: string | undefined
  lines: number
}

/** The batch routes of a FIRST site and its staging, by paths of its own file system (wire/first.md). */
export interface SiteBatches {
  plan: BatchPlan
  readonly orders: readonly Order[]
  /** Answers to orders that are lost on their way, though what they ask for is done. */
  lostAnswers: number
  /** How often staging was asked for. */
  readonly staged: () => number
  /** Undefined for what is no route of these. @throws BatchRefusal */
  handle(method: string, path: string, body: string): Promise<unknown>
}

export class BatchRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

const orderBody = z.strictObject({ input_file: z.string(), model: z.string(), output_folder_path: z.string().nullish() })
const line = z.looseObject({ custom_id: z.string(), body: z.looseObject({ model: z.string(), messages: z.array(z.looseObject({ content: z.unknown() })).min(1) }) })

export function createSiteBatches({ folder, stage, mostActive = 2 }: SiteBatchesOptions): SiteBatches {
  const orders: Order[] = []
  let stagings = 0
  const at = (path: string): string => join(folder, path)

  const submit = async (cluster: string, framework: string, body: string): Promise<object> => {
    const { input_file: inputFile, output_folder_path: outputFolder } = orderBody.parse(JSON.parse(body))
    if (orders.filter(({ status }) => status === 'pending').length >= mostActive) throw new BatchRefusal(400, 'quota_exceeded', `Quota of ${mostActive} active batch(es) per user exceeded.`)
    await readFile(at(inputFile)).catch(() => {
      throw new BatchRefusal(400, 'batch_failed', `The file ${inputFile} cannot be read.`)
    })
    const order: Order = { id: `site-batch-${orders.length + 1}`, cluster, framework, inputFile, outputFolder: outputFolder ?? dirname(inputFile), status: 'pending', results: undefined, lines: 0 }
    orders.push(order)
    return { batch_id: order.id, input_file: inputFile, output_folder_path: outputFolder ?? null, task_ids: 'task-1', status: 'pending' }
  }

  /** Batches get on when somebody looks, as the plan has it then. */
  const look = async (id: string): Promise<Order> => {
    const order = orders.find((one) => one.id === id)
    if (order === undefined) throw new BatchRefusal(404, 'batch_not_found', `Batch ${id} not found.`)
    if (order.status !== 'pending') return order
    if (batches.plan.kind === 'fail') order.status = 'failed'
    if (batches.plan.kind === 'run') await run(order, batches.plan.resultsIn ?? order.outputFolder)
    return order
  }
  const run = async (order: Order, into: string): Promise<void> => {
    const asked = (await readFile(at(order.inputFile), 'utf8')).trimEnd().split('\n').map((text) => line.parse(JSON.parse(text)))
    const answers = asked.map(({ custom_id: id, body: { model, messages } }) => ({
      id: `vllm-${id}`,
      custom_id: id,
      response: { status_code: 200, request_id: `batch-${id}`, body: { object: 'chat.completion', model, choices: [{ index: 0, message: { role: 'assistant', content: `Site: ${String(messages.at(-1)?.content)}` }, finish_reason: 'stop' }], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } } },
      error: null,
    }))
    const results = `${into}${into.endsWith('/') ? '' : '/'}${order.id}.results.jsonl`
    await mkdir(dirname(at(results)), { recursive: true })
    await writeFile(at(results), answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''))
    await writeFile(at(results.replace('.results.jsonl', '.progress.json')), '{}')
    Object.assign(order, { status: 'completed', results, lines: answers.length })
  }
  const result = ({ id, status, results, lines }: Order): string => {
    if (status === 'failed') throw new BatchRefusal(400, 'batch_failed', batches.plan.kind === 'fail' ? batches.plan.message : 'Batch failed.')
    if (results === undefined) throw new BatchRefusal(400, 'batch_ongoing', `Batch ${id} is not completed yet.`)
    return JSON.stringify({ results_file: results, progress_file: results.replace('.results.jsonl', '.progress.json'), metrics: { response_time: 1, throughput_tokens_per_second: 5, total_tokens: lines * 5, num_responses: lines, lines_processed: lines } })
  }

  const batches: SiteBatches = {
    plan: { kind: 'run' },
    orders,
    lostAnswers: 0,
    staged: () => stagings,
    async handle(method, path, body) {
      if (method === 'PUT' && path === '/data/staging' && stage !== undefined) {
        stagings++
        return stage()
      }
      const [, cluster, framework] = /^\/([^/]+)\/([^/]+)\/v1\/batches$/.exec(path) ?? []
      if (method === 'POST' && cluster !== undefined && framework !== undefined) {
        const answer = await submit(decodeURIComponent(cluster), framework, body)
        if (batches.lostAnswers === 0) return answer
        batches.lostAnswers--
        throw new Error('the answer is lost')
      }
      if (method !== 'GET') return undefined
      if (path === '/v1/batches') return orders.map(({ id, cluster: of, framework: by, inputFile, status }) => ({ batch_id: id, id, cluster: of, framework: by, input_file: inputFile, in_progress_at: null, completed_at: null, failed_at: null, status }))
      const [, id, isResult] = /^\/v1\/batches\/([^/]+)(\/result)?$/.exec(path) ?? []
      if (id === undefined) return undefined
      const order = await look(id)
      return isResult === undefined ? order.status : result(order)
    },
  }
  return batches
}
