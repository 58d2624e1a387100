import { errors } from 'undici'

const certificateCodes = /^(?:CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|ERR_TLS_)/

/** In plain words, why nothing answers at an address. */
export function connectionProblem(cause: unknown, url: string, signal: AbortSignal): string {
  const { host, hostname, protocol } = new URL(url)
  if (signal.aborted) return `${host} did not answer in time.`
  const code = firstCode(cause)
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return `${host} did not answer in time.`
  if (code === 'ECONNREFUSED') return `Nothing listens at ${host}.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `The name ${hostname} is not known to this network.`
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return `This machine has no way to ${host}.`
  if (cause instanceof errors.HTTPParserError) return `What answers at ${host} does not speak HTTP${protocol === 'http:' ? '; if it is a secure server, begin the address with https://' : ''}.`
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO' || code.startsWith('ERR_SSL_')) return `${host} does not speak TLS; if it is a plain server, begin the address with http://.`
  if (certificateCodes.test(code)) return `The certificate of ${host} is not trusted (${code}).`
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return `${host} closed the connection without an answer.`
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return `${host} did not take the connection in time.`
  return `${host} cannot be reached${code === '' ? '' : ` (${code})`}.`
}

/** Node joins the failures of several addresses of one name in an AggregateError. */
function firstCode(cause: unknown): string {
  if (!(cause instanceof Error)) return ''
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  if (cause instanceof AggregateError) return firstCode(cause.errors[0])
  return firstCode(cause.cause)
}
