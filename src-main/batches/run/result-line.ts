/** What became of one line. `index` counts requests of the file from 0. */
export interface LineResult {
  readonly index: number
  readonly customId: string
  /** The answer of a model, or its refusal; absent: nothing was answered. */
  readonly response?: { readonly status: number; readonly requestId: string; readonly body: Buffer }
  /** Why there is no answer. */
  readonly error?: { readonly code: string; readonly message: string }
}

/** Whether it goes to the output file; the rest goes to the error file. */
export const isSuccess = ({ response }: LineResult): boolean => response?.status === 200

/** A line of a result file (wire/openai-batch.md), with its line break. Its id tells which request it answers, so that a restart knows it. */
export function formatResult(batchId: string, { index, customId, response, error }: LineResult): string {
  const answer = response === undefined ? 'null' : `{"status_code":${response.status},"request_id":${JSON.stringify(response.requestId)},"body":${oneLine(response.body)}}`
  const failure = error === undefined ? 'null' : JSON.stringify({ code: error.code, message: error.message })
  return `{"id":"${resultId(batchId, index)}","custom_id":${JSON.stringify(customId)},"response":${answer},"error":${failure}}\n`
}

export const resultId = (batchId: string, index: number): string => `batch_req_${batchId.replace(/^batch_/, '')}_${index}`

const idAtStart = /^\{"id":"batch_req_[A-Za-z0-9]+_(\d+)"/

/** @returns which request a result line answers; undefined for a line that is none of ours */
export function indexOfResult(line: string): number | undefined {
  const digits = idAtStart.exec(line)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** A line break in JSON stands between its tokens only: within a string it is escaped. */
const oneLine = (json: Buffer): string => json.toString('utf8').replace(/[\r\n]+/g, ' ')
