import { endpointOperations, findingKinds, type BatchEndpoint, type BatchFinding, type BatchRules } from '@shared/domain/batch-report'
import { isRequest, requestProblem } from '@shared/requests'
import { holdsImage } from '../../gateway/body-limits'
import { estimateRequest, type TokenEstimate } from '../../records/estimate-request'
import { parseLine } from './parse-line'
import { quoted, readRequestLine, type LineProblem } from './request-line'

export interface LineValidatorDeps {
  readonly rules: BatchRules
  /** The earlier line that has this custom_id; remembers it otherwise. */
  readonly earlierLineOf: (customId: string, line: number) => number | undefined
}

/** What a line asks for, as far as it could be read. */
export interface CheckedLine {
  readonly findings: readonly BatchFinding[]
  readonly hasError: boolean
  readonly isBare: boolean
  readonly customId?: string
  readonly endpoint?: BatchEndpoint
  readonly model?: string
  /** Of a line without an error. */
  readonly tokens?: TokenEstimate
}

interface LineValidator {
  /** Lines in their order, blank ones left out: endpoint and model of the first are held against the rest. */
  check(text: Buffer | string, line: number): CheckedLine
}

/** What the first request had, where the rules do not say what all should have. */
interface Usual<T> {
  readonly value: T
  readonly line: number | undefined
}

/** Judges the lines of a batch file one by one (wire/openai-batch.md); the body as the gateway judges it, so fields that are not known pass. */
export function createLineValidator({ rules, earlierLineOf }: LineValidatorDeps): LineValidator {
  const models = rules.models && new Set(rules.models)
  const withoutBatches = new Set(rules.withoutBatches)
  let usualEndpoint = usualOf(rules.endpoint)
  let usualModel = usualOf(rules.model)

  const problemOfEndpoint = (endpoint: BatchEndpoint, line: number): LineProblem | undefined => {
    usualEndpoint ??= { value: endpoint, line }
    if (endpoint === usualEndpoint.value) return undefined
    return { code: 'url_mismatch', message: `The request goes to ${endpoint}, ${whose(usualEndpoint)} to ${usualEndpoint.value}.`, param: 'url' }
  }

  const problemOfModel = (model: string, line: number): LineProblem | undefined => {
    usualModel ??= { value: model, line }
    if (model !== usualModel.value && (!rules.allowsManyModels || rules.model !== undefined))
      return { code: 'model_mismatch', message: `The request asks for the model ${quoted(model)}, ${whose(usualModel)} for ${quoted(usualModel.value)}.`, param: 'body.model' }
    if (withoutBatches.has(model)) return { code: 'invalid_request', message: `The model ${quoted(model)} takes no batches here.`, fix: 'Use a model whose deployment takes batches.', param: 'body.model' }
    return models === undefined || models.has(model) ? undefined : { code: 'model_not_found', message: `There is no model ${quoted(model)} here.`, param: 'body.model' }
  }

  const problemOfDuplicate = (customId: string, line: number): LineProblem | undefined => {
    const earlier = earlierLineOf(customId, line)
    return earlier === undefined ? undefined : { code: 'duplicate_custom_id', message: `The custom_id ${quoted(customId)} is that of line ${earlier} too.`, param: 'custom_id' }
  }

  return {
    check(given, line) {
      const tooLarge = problemOfSize(given, rules)
      const parsed = tooLarge === undefined ? parseLine(given) : { problem: tooLarge }
      if ('problem' in parsed) return { findings: [toFinding(parsed.problem, line)], hasError: true, isBare: false }
      const { customId, endpoint, body: ownBody, isBare, problems } = readRequestLine(parsed.json, line, usualEndpoint?.value)
      const found = [...problems]
      const note = (problem: LineProblem | undefined): void => {
        if (problem !== undefined) found.push(problem)
      }
      const body = ownBody && ownBody['model'] === undefined && rules.model !== undefined ? { ...ownBody, model: rules.model } : ownBody
      if (customId !== undefined && !problems.some(({ param }) => param === 'custom_id')) note(problemOfDuplicate(customId, line))
      if (endpoint !== undefined) note(problemOfEndpoint(endpoint, line))
      if (body !== undefined && endpoint !== undefined) note(problemOfFields(endpoint, body, isBare))
      const model = typeof body?.['model'] === 'string' ? body['model'] : undefined
      if (model !== undefined) note(problemOfModel(model, line))
      const hasError = found.length > 0
      if (isBare) note({ code: 'bare_body', message: `The line is a body alone; its result will be called ${quoted(`request-${line}`)}.` })
      if (body?.['stream'] === true) note({ code: 'stream_ignored', message: 'The request asks for a stream; its result will come whole.', param: 'body.stream' })
      return {
        findings: found.map((problem) => toFinding(problem, line, customId)),
        hasError,
        isBare,
        ...(customId !== undefined && { customId }),
        ...(endpoint !== undefined && { endpoint }),
        ...(model !== undefined && { model }),
        ...(!hasError && body !== undefined && { tokens: estimateRequest(body, parsed.omittedTextBytes) }),
      }
    },
  }
}

const usualOf = <T>(value: T | undefined): Usual<T> | undefined => (value === undefined ? undefined : { value, line: undefined })
const whose = ({ line }: Usual<unknown>): string => (line === undefined ? 'the batch' : `that of line ${line}`)

function toFinding({ code, message, fix, param }: LineProblem, line: number, customId?: string): BatchFinding {
  return { line, code, message, fix: fix ?? findingKinds[code].fix, ...(param !== undefined && { param }), ...(customId !== undefined && { customId: customId.slice(0, 512) }) }
}

const inMegabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`

/** As the gateway has it; what a line has beside its body counts too, which is next to nothing where a body is that long. */
function problemOfSize(given: Buffer | string, { bodyLimitBytes, imageBodyLimitBytes }: BatchRules): LineProblem | undefined {
  const bytes = typeof given === 'string' ? Buffer.byteLength(given) : given.length
  if (bytes <= bodyLimitBytes) return undefined
  const beginning = typeof given === 'string' ? Buffer.from(given.slice(0, bodyLimitBytes)) : given.subarray(0, bodyLimitBytes)
  const limit = holdsImage(beginning) ? Math.max(bodyLimitBytes, imageBodyLimitBytes) : bodyLimitBytes
  if (bytes <= limit) return undefined
  return { code: 'invalid_request', message: `The request has ${inMegabytes(bytes)}; at most ${inMegabytes(limit)} are taken.`, fix: 'Send less, or raise gateway.bodyLimitMb in config.yaml.', param: 'body' }
}

/** The first thing that is wrong with a body. */
function problemOfFields(endpoint: BatchEndpoint, body: object, isBare: boolean): LineProblem | undefined {
  const operation = endpointOperations[endpoint]
  if (isRequest(operation, body)) return undefined
  const { param, words } = requestProblem(operation, body) ?? { param: '', words: 'is not valid' }
  const name = isBare ? param : param.startsWith('[') || param === '' ? `body${param}` : `body.${param}`
  const isMissing = words === 'is missing'
  return {
    code: isMissing ? 'missing_required_parameter' : 'invalid_request',
    message: `"${name}" ${words.slice(0, 400)}.`,
    fix: isMissing ? `Add "${name}".` : `Correct "${name}".`,
    param: name,
  }
}
