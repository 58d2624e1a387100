import { toast } from 'sonner'
import { problemOf } from './problem'

/** Says what went wrong with something the person did, and what to do about it. */
export function tell(cause: unknown): void {
  const { message, action } = problemOf(cause)
  toast.error(message, { description: action })
}
