const key = 'atlas.token'

/**
 * Takes the token from the address (`#token=…`, as `npm start` prints it) into this tab's memory and removes it
 * from the address, so that neither history nor a copied link carries it.
 */
export function tokenOfTab(): string | undefined {
  const match = /(?:^#|&)token=([^&]+)/.exec(location.hash)
  if (match?.[1]) {
    keepToken(decodeURIComponent(match[1]))
    history.replaceState(history.state, '', location.pathname + location.search)
  }
  return sessionStorage.getItem(key) ?? undefined
}

export function keepToken(token: string): void {
  sessionStorage.setItem(key, token)
}

export function forgetToken(): void {
  sessionStorage.removeItem(key)
}
