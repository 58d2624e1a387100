import { useClusters, useSetPreference } from '@renderer/db'
import { newChatPath } from '@renderer/features/chat'
import { Button } from '@renderer/ui/button'
import { ChevronRight } from 'lucide-react'
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
    <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col items-center justify-center overflow-y-auto px-6 py-10 focus-visible:outline-none">
      <div className="w-full max-w-[34rem]">
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
  return (
    <button type="button" aria-label={title} onClick={onChoose} className="group flex w-full items-center gap-4 p-4 text-left transition-colors hover:bg-hover focus-visible:-outline-offset-2">
      <Icon className="size-5 shrink-0 text-accent" strokeWidth={1.5} aria-hidden />
      <span className="min-w-0 flex-1">
        <span className="block text-base font-medium">{title}</span>
        <span className="block text-sm text-ink-mute">{text}</span>
      </span>
      <ChevronRight className="size-4 shrink-0 text-ink-mute" strokeWidth={1.75} aria-hidden />
    </button>
  )
}
