/** What a supervisor says to a child where signals would kill it outright (Windows). */
export const stopRequest = 'supervisor:stop'

/**
 * For a supervised child: ends this process at once when its supervisor is gone, however that died, and
 * turns the supervisor's stop request into SIGTERM's listeners. Does nothing in a process started by hand.
 */
export const exitWhenOrphaned = (): void => {
  if (process.channel === undefined) return
  if (!process.connected) process.exit(1)
  // Ctrl-C reaches the whole group: the supervisor decides the order in which its children stop.
  process.on('SIGINT', () => undefined)
  process.on('disconnect', () => process.exit(1))
  process.on('message', (message) => {
    if (message === stopRequest) process.emit('SIGTERM', 'SIGTERM')
  })
  // The channel alone must not keep a child alive that has finished its work.
  process.channel.unref()
}
