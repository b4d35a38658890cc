import { startPlanClock } from '../../../../infra/local/clock/clock.ts'

/** A process of its own that hands out plan times as fast as it can, and tells each to its parent. */
const [file = '', speed = '1', planStart = '0'] = process.argv.slice(2)
const clock = startPlanClock({ file, speed: Number(speed), planStart: Number(planStart) })
const tell = (): void => {
  process.send?.(clock.now())
}
setInterval(tell, 5)
process.on('message', (message) => {
  if (message === 'block') {
    // The event loop stands still, but whoever runs goes on asking for the time.
    const until = performance.now() + 1_600
    let latest = 0
    while (performance.now() < until) latest = clock.now()
    process.send?.(latest)
  } else void clock.stop().then(() => process.send?.(clock.now(), () => process.exit(0)))
})
