import { useClusters, useSetPreference } from '@renderer/db'
import { newChatPath } from '@renderer/features/chat'
import { Button } from '@renderer/ui/button'
import { ChevronRight } from 'lucide-react'
import { useId } from 'react'
import { useLocation } from 'wouter'
import { choices, type WelcomeChoice } from './choices'

export function WelcomePage() {
  const [, navigate] = useLocation()
  const { clusters } = useClusters()
  const setPreference = useSetPreference()

  const leave = async (path: string, isGuided = false) => {
    const guide = clusters.flatMap(({ models }) => models).find((model) => model.isGuide === true)
    if (isGuided && guide !== undefined) await setPreference('lastChoice', { model: guide.id, cluster: guide.cluster })
    await setPreference('isWelcomeDone', true)
    navigate(path, { replace: true })
  }

  return (
    <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col items-center overflow-y-auto px-6 py-10 focus-visible:outline-none">
      <div className="my-auto w-full max-w-[34rem]">
        <img src="./icon.svg" alt="" className="mb-5 size-9" />
        <h1 className="text-xl font-semibold">Welcome to FIRST Desktop</h1>
        <p className="mt-1 text-base text-ink-mute">Chat with models of several sites from one window. What you write stays on this computer.</p>
        <ul aria-label="Ways to begin" className="mt-8 divide-y divide-line overflow-hidden rounded-xl border border-line">
          {choices.map((choice) => (
            <li key={choice.title}>
              <Choice choice={choice} onChoose={() => void leave(choice.path, choice.isGuided)} />
            </li>
          ))}
        </ul>
        <div className="mt-4 flex justify-end">
          <Button look="quiet" onClick={() => void leave(newChatPath)}>
            Skip
          </Button>
        </div>
      </div>
    </main>
  )
}

function Choice({ choice: { title, text, icon: Icon }, onChoose }: { readonly choice: WelcomeChoice; readonly onChoose: () => void }) {
  const id = useId()
  return (
    <div className="relative flex items-center gap-4 p-4 transition-colors hover:bg-hover">
      <Icon className="size-5 shrink-0 text-accent" strokeWidth={1.5} aria-hidden />
      <div className="min-w-0 flex-1">
        {/* The button reaches over the whole row. */}
        <button
          type="button"
          aria-describedby={id}
          onClick={onChoose}
          className="text-base font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {title}
        </button>
        <p id={id} className="text-sm text-ink-mute">
          {text}
        </p>
      </div>
      <ChevronRight className="size-4 shrink-0 text-ink-mute" strokeWidth={1.75} aria-hidden />
    </div>
  )
}
