import { useClusters } from '@renderer/db'
import type { ModelInfo } from '@shared/domain/model'
import { ArrowUpRight } from 'lucide-react'
import { shortName } from '../model-picker/choose-model'

const forGuide = [
  'What can FIRST Desktop do?',
  'Show me how math looks in an answer',
  'How do I add a server?',
  'How do I run a model on this computer?',
] as const

const forModels = [
  'Explain the heat equation and how to solve it numerically',
  'Write a Slurm script for a job on 4 GPUs',
  'Compare Forward and Backward Euler in a table',
  'Turn a list of atoms into an XYZ file with Python',
] as const

export interface EmptyChatProps {
  readonly model: ModelInfo | undefined
  readonly onAsk: (question: string) => void
}

/** A chat before its first message: who will answer, and a question one click away. */
export function EmptyChat({ model, onAsk }: EmptyChatProps) {
  const { isLoaded } = useClusters()
  const isGuide = model?.isGuide === true
  return (
    <div className="flex min-h-0 flex-1 flex-col justify-end overflow-y-auto">
      <div className="mx-auto w-full max-w-[46rem] px-6 pt-8 pb-6">
        <h2 className="text-xl font-semibold">{isGuide ? 'Ask the guide' : 'What would you like to know?'}</h2>
        <p className="mt-1 text-base text-ink-mute">{aboutWhoAnswers(model, isLoaded)}</p>
        <ul aria-label="Example prompts" className="mt-6 grid gap-2 sm:grid-cols-2">
          {(isGuide ? forGuide : forModels).map((question) => (
            <li key={question}>
              <button
                type="button"
                disabled={model === undefined}
                onClick={() => onAsk(question)}
                className="group flex h-full w-full items-start justify-between gap-3 rounded-lg border border-line px-3 py-2.5 text-left text-sm text-ink-soft transition-colors hover:border-control hover:text-ink disabled:text-ink-mute"
              >
                {question}
                <ArrowUpRight className="mt-0.5 size-4 shrink-0 text-ink-mute opacity-0 group-hover:opacity-100" strokeWidth={1.75} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

function aboutWhoAnswers(model: ModelInfo | undefined, isLoaded: boolean): string {
  if (model === undefined) return isLoaded ? 'No model is known yet. Add a server or a GGUF file in Settings.' : 'The list of models is on its way.'
  if (model.isGuide === true) return 'It answers at once from the help pages of FIRST Desktop. It is not a language model.'
  return `${shortName(model.id)} on ${model.cluster} answers.`
}
