import type { Config } from '@shared/config/schema'

/** Bytes that a body may have. */
export interface BodyLimits {
  readonly anyBytes: number
  /** Of a body that holds images. */
  readonly imagesBytes: number
}

export const bodyLimitsOf = ({ bodyLimitMb, imageBodyLimitMb }: Config['gateway']): BodyLimits => ({ anyBytes: bodyLimitMb * 2 ** 20, imagesBytes: Math.max(bodyLimitMb, imageBodyLimitMb) * 2 ** 20 })

/** Types of content: of Chat Completions, Responses and Messages. */
const imageMarks = ['"image_url"', '"input_image"', '"image"'].map((mark) => Buffer.from(mark))

/** Whether the beginning of a body names an image; inside a text the quotation marks would be escaped. */
export const holdsImage = (beginning: Buffer): boolean => imageMarks.some((mark) => beginning.includes(mark))
