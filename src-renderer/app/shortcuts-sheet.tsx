import { usePreferences } from '@renderer/db'
import { Dialog } from '@renderer/ui/dialog'
import { Keys } from '@renderer/ui/keys'
import { chatShortcuts, globalShortcuts, type Shortcut } from './shortcuts'

export function ShortcutsSheet({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { sendKey } = usePreferences()
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Keyboard shortcuts">
      <Group title="Everywhere" shortcuts={globalShortcuts} />
      <Group title="Chat" shortcuts={chatShortcuts(sendKey)} />
    </Dialog>
  )
}

function Group({ title, shortcuts }: { readonly title: string; readonly shortcuts: readonly Shortcut[] }) {
  return (
    <section className="not-first:mt-4">
      <h3 className="mb-1 text-xs text-ink-mute">{title}</h3>
      <dl>
        {shortcuts.map(({ id, keys, label }) => (
          <div key={id} className="flex h-8 items-center justify-between border-b border-line last:border-0">
            <dt className="text-sm">{label}</dt>
            <dd>
              <Keys keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
