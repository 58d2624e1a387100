import type { IncomingMessage } from 'node:http'
import { FirstError } from '@shared/errors'
import type { Cancellation } from './cancellation'
import { holdsImage, type BodyLimits } from './body-limits'

/** A body has to come in at this pace at least. */
export interface BodyPace {
  readonly bytes: number
  readonly everyMs: number
  /** A body that is held in memory must be there in this time all the same. */
  readonly atMostMs?: number
}

/** Fifteen minutes are 50 MB of images over a slow link. */
export const defaultPace: BodyPace = { bytes: 15 * 2 ** 10, everyMs: 15_000, atMostMs: 15 * 60_000 }

/**
 * The whole body; it is given up as soon as it is known to be too long, and the rest of it is dropped as it comes, so that the caller
 * sees the answer. Past the limit of any body it goes on only where what came so far names an image.
 * @throws FirstError `body_too_large`, `request_timeout` when it hardly comes, `cancelled` when the caller leaves before its end.
 */
export async function readBody(request: IncomingMessage, limits: BodyLimits, cancellation: Cancellation, pace = defaultPace): Promise<Buffer> {
  // Most bodies come with their heads, and are there as soon as what was read is parsed.
  await Promise.resolve()
  if (!request.complete || request.readableLength > limits.anyBytes) return readPieces(request, limits, cancellation, pace)
  return (request.read() as Buffer | null) ?? Buffer.alloc(0)
}

function readPieces(request: IncomingMessage, limits: BodyLimits, cancellation: Cancellation, pace: BodyPace): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let parts: Buffer[] = []
    let sizeBytes = 0
    let limitBytes = limits.anyBytes
    let paceTimer: NodeJS.Timeout | undefined
    const stop = (): void => {
      request.off('data', onData).off('end', onEnd)
      cancellation.unlisten(onCancel)
      clearInterval(paceTimer)
    }
    const refuse = (error: FirstError): void => {
      stop()
      request.resume()
      reject(error)
    }
    const mayHoldImages = (): boolean => {
      const beginning = Buffer.concat(parts)
      parts = [beginning]
      return holdsImage(beginning)
    }
    const onData = (part: Buffer): void => {
      sizeBytes += part.length
      parts.push(part)
      if (sizeBytes <= limitBytes) return
      if (limitBytes < limits.imagesBytes && mayHoldImages()) limitBytes = limits.imagesBytes
      if (sizeBytes > limitBytes) refuse(tooLarge(limits))
    }
    const onEnd = (): void => {
      stop()
      resolve(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, sizeBytes))
    }
    const onCancel = (): void => {
      stop()
      reject(cancellation.reason ?? new FirstError('cancelled', 'The request was cancelled.'))
    }
    if (cancellation.reason !== undefined) onCancel()
    else if (Number(request.headers['content-length'] ?? 0) > limits.imagesBytes) refuse(tooLarge(limits))
    else {
      cancellation.listen(onCancel)
      request.on('data', onData).on('end', onEnd)
      let sizeBefore = 0
      let looks = 0
      paceTimer = setInterval(() => {
        if (sizeBytes - sizeBefore < pace.bytes || ++looks * pace.everyMs >= (pace.atMostMs ?? Infinity)) refuse(tooSlow(pace))
        sizeBefore = sizeBytes
      }, pace.everyMs)
    }
  })
}

function tooLarge({ anyBytes, imagesBytes }: BodyLimits): FirstError {
  if (imagesBytes === anyBytes) return new FirstError('body_too_large', `The body is larger than ${megabytes(anyBytes)}, the limit of this gateway.`)
  return new FirstError('body_too_large', `The body is too large: this gateway takes ${megabytes(anyBytes)}, and ${megabytes(imagesBytes)} where it holds images.`, {
    action: 'Send less, or raise gateway.bodyLimitMb or gateway.imageBodyLimitMb in config.yaml.',
  })
}

const megabytes = (bytes: number): string => `${Math.floor((bytes / 2 ** 20) * 100) / 100} MB`

export const tooSlow = ({ bytes, everyMs }: BodyPace): FirstError =>
  new FirstError('request_timeout', `The body came in too slowly: less than ${bytes} bytes in ${everyMs / 1_000} seconds.`, { action: 'Send the request again over a better connection.' })
