import { implement, ORPCError } from '@orpc/server'
import { FirstError, toFirstError } from '@shared/errors'
import { contract } from '@shared/rpc/contract'
import type { Logger } from '../core/logger'

/** The contract, ready for handlers; what one throws reaches the window as the error `FIRST` with code and advice. */
export function createImplementer(logger: Logger) {
  return implement(contract).use(async ({ next, path }) => {
    try {
      return await next()
    } catch (cause) {
      const error = cause instanceof ORPCError && cause.code === 'BAD_REQUEST' ? badInput(cause, cause.data) : toFirstError(cause)
      if (error.code === 'internal_error') logger.error({ procedure: path.join('.'), cause: error.cause ?? error }, 'a procedure failed')
      throw new ORPCError('FIRST', { message: error.message, data: { code: error.code, action: error.kind.action }, cause: error })
    }
  })
}
export type RpcImplementer = ReturnType<typeof createImplementer>

/** The library refuses input before a handler runs; the person is told which field. */
function badInput(cause: Error, data: unknown): FirstError {
  const issue = firstIssue(data)
  return new FirstError('invalid_request', issue === undefined ? 'The input of this call is not as the contract says.' : `${issue.path === '' ? 'The input' : issue.path}: ${issue.message}`, {
    cause,
    ...(issue !== undefined && issue.path !== '' && { param: issue.path }),
  })
}

function firstIssue(data: unknown): { path: string; message: string } | undefined {
  if (typeof data !== 'object' || data === null || !('issues' in data) || !Array.isArray(data.issues)) return undefined
  const issue: unknown = data.issues[0]
  if (typeof issue !== 'object' || issue === null || !('message' in issue) || typeof issue.message !== 'string') return undefined
  const path = 'path' in issue && Array.isArray(issue.path) ? issue.path.map(String).join('.') : ''
  return { path, message: issue.message }
}
