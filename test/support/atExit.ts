const deeds = new Set<() => void>()

/**
 * Does something when this process exits, also after an error that nobody caught; answers how to call it off. One
 * listener for all: many rehearsals side by side are no leak that Node should warn of.
 */
export function atExit(deed: () => void): () => void {
  if (deeds.size === 0) process.on('exit', doAll)
  deeds.add(deed)
  return () => {
    deeds.delete(deed)
    if (deeds.size === 0) process.off('exit', doAll)
  }
}

function doAll(): void {
  for (const deed of deeds) deed()
}
