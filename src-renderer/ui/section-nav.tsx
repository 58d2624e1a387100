import { Link } from 'wouter'
import { cn } from './cn'

export interface SectionNavProps<Id extends string> {
  readonly title: string
  readonly sections: readonly { readonly id: Id; readonly title: string }[]
  readonly here: Id
  /** Where the part is shown. */
  readonly pathOf: (id: Id) => string
}

/** The parts of a page, down its left side. */
export function SectionNav<Id extends string>({ title: page, sections, here, pathOf }: SectionNavProps<Id>) {
  return (
    <nav aria-label={page} className="w-40 shrink-0 border-r border-line bg-surface p-2 lg:w-52">
      <p className="px-2 pt-2 pb-1 text-xs text-ink-mute">{page}</p>
      <ul className="flex flex-col gap-0.5">
        {sections.map(({ id, title }) => (
          <li key={id}>
            <Link
              href={pathOf(id)}
              aria-current={id === here ? 'page' : undefined}
              className={cn('flex h-8 items-center rounded-md px-2 text-sm', id === here ? 'bg-selected text-ink' : 'text-ink-soft hover:bg-hover')}
            >
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
