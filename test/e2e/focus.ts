import type { Page } from '@playwright/test'

interface Step {
  /** Tells elements apart, for as long as the page lives. */
  readonly id: number
  readonly name: string
  /** What hides the focus, if anything does. */
  readonly fault: string | undefined
}

/** Describes the element that has the focus, as soon as it shows that, or after half a second of frames. */
function look(page: Page): Promise<Step | undefined> {
  return page.evaluate(async () => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) return undefined
    const store = window as unknown as { ids?: Map<Element, number> }
    const ids = (store.ids ??= new Map<Element, number>())
    if (!ids.has(element)) ids.set(element, ids.size)

    const isOutlined = ({ outlineStyle, outlineWidth }: CSSStyleDeclaration): boolean => outlineStyle !== 'none' && parseFloat(outlineWidth) > 0
    const isMarked = (): boolean => {
      const after = getComputedStyle(element, '::after')
      // A text field shows its caret; the edge of a panel is drawn thicker, and in colour.
      if (element.matches('textarea, input:not([type=radio], [type=checkbox], [type=button])')) return getComputedStyle(element).caretColor !== 'transparent'
      return isOutlined(getComputedStyle(element)) || isOutlined(after) || (element.role === 'separator' && parseFloat(after.width) >= 2)
    }
    const isInSight = (): boolean => {
      const { left, top, right, bottom } = element.getBoundingClientRect()
      return right > left && bottom > top && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight
    }
    const isOpaque = (): boolean => {
      for (let part: Element | null = element; part !== null; part = part.parentElement) if (Number(getComputedStyle(part).opacity) < 0.99) return false
      return true
    }
    const findFaults = (): string[] => Object.entries({ 'not marked': isMarked(), 'out of sight': isInSight(), 'see-through': isOpaque() }).flatMap(([fault, isWell]) => (isWell ? [] : [fault]))
    let faults = findFaults()
    for (let frames = 0; frames < 30 && faults.length > 0; frames += 1) {
      await new Promise((drawn) => requestAnimationFrame(drawn))
      faults = findFaults()
    }
    return {
      id: ids.get(element) ?? -1,
      name: `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.textContent.slice(0, 40)}`,
      fault: faults.length === 0 ? undefined : faults.join(', '),
    }
  })
}

/** Tab, until what had the focus first has it again. */
export async function tabRound(page: Page): Promise<{ readonly steps: readonly Step[]; readonly isRound: boolean }> {
  const steps: Step[] = []
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press('Tab')
    const step = await look(page)
    if (step === undefined) continue
    if (step.id === steps[0]?.id) return { steps, isRound: true }
    steps.push(step)
  }
  return { steps, isRound: false }
}
