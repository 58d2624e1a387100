/** What is made of a value, made again only when that is another one. */
export function onceFor<Value, Made>(make: (value: Value) => Made, current: () => Value): () => Made {
  let from = current()
  let made = make(from)
  return () => {
    const value = current()
    if (value !== from) {
      from = value
      made = make(value)
    }
    return made
  }
}
