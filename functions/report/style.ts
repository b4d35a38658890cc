/** One page's look, for screen and A4 paper: light, no font of its own, nothing fetched. */
export const style = `
:root{color-scheme:light;--ink:#1a2330;--soft:#566274;--line:#dde2e9;--wash:#f5f7fa;--accent:#1d4f91;--good:#1e6b3a;--bad:#a3231b;--warn:#8a5300}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:#fff;color:var(--ink);font:15px/1.5 "Segoe UI",system-ui,-apple-system,Helvetica,Arial,sans-serif}
main{max-width:1040px;margin:0 auto;padding:40px 32px 56px}
header{border-top:6px solid var(--accent);padding-top:22px;margin-bottom:28px}
.over{margin:0;color:var(--accent);font-size:13px;font-weight:600;letter-spacing:.06em;text-transform:uppercase}
h1{margin:4px 0 12px;font-size:32px;line-height:1.2;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{margin:44px 0 6px;padding-top:18px;border-top:2px solid var(--accent);font-size:22px;line-height:1.3;font-weight:650;overflow-wrap:anywhere}
h3{margin:26px 0 8px;font-size:16px;line-height:1.35;font-weight:650}
p{margin:0 0 8px}
.meta{margin:0;color:var(--soft);display:flex;flex-wrap:wrap;gap:2px 24px}
.meta b{font-weight:600;color:var(--ink)}
.notice{margin:18px 0 0;padding:10px 14px;border-left:4px solid var(--warn);background:#fff7e8;color:var(--ink)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0 0 6px;padding:0;list-style:none}
.figures li{padding:14px 16px;border:1px solid var(--line);border-radius:8px;background:var(--wash)}
.figures b{display:block;font-size:26px;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums}
.figures span{color:var(--soft);font-size:13px}
.bar{display:flex;height:10px;margin:14px 0 6px;border-radius:5px;overflow:hidden;background:var(--line)}
.bar i{display:block;height:100%}
.bar .good{background:#2f8f55}.bar .bad{background:#c8433a}.bar .warn{background:#d58a1b}.bar .mute{background:#a9b3c1}
.legend{display:flex;flex-wrap:wrap;gap:2px 18px;margin:0;padding:0;list-style:none;color:var(--soft);font-size:13px}
.legend i{display:inline-block;width:9px;height:9px;margin-right:6px;border-radius:2px}
.legend .good{background:#2f8f55}.legend .bad{background:#c8433a}.legend .warn{background:#d58a1b}.legend .mute{background:#a9b3c1}
table{width:100%;border-collapse:collapse;font-size:14px}
th,td{padding:8px 14px 8px 0;vertical-align:top;text-align:left;border-bottom:1px solid var(--line);overflow-wrap:break-word}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--soft);font-size:12.5px;font-weight:600;white-space:nowrap;border-bottom:1.5px solid #b9c2ce}
tbody th{font-weight:600;min-width:11em;max-width:22em}
a{color:var(--accent);text-underline-offset:2px}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.time,.short{white-space:nowrap}
.soft{color:var(--soft)}
.kb{white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
td.good,td.bad,td.warn{font-weight:600;white-space:nowrap}
footer{margin-top:40px;padding-top:12px;border-top:1px solid var(--line);color:var(--soft);font-size:13px}
@media (max-width:720px){main{padding:24px 16px}h1{font-size:26px}.figures b{font-size:21px}.wide{overflow-x:auto}.wide table{min-width:640px}}
@page{size:A4;margin:14mm 13mm 16mm}
@media print{
body{font-size:10.5pt}main{max-width:none;padding:0}h1{font-size:22pt}h2{font-size:15pt;margin-top:22pt}h3{font-size:11.5pt}
table{font-size:9pt}thead{display:table-header-group}tr,.figures li{break-inside:avoid}h2,h3{break-after:avoid}
th,td{padding:5px 10px 5px 0}.figures b{font-size:17pt}.figures li{padding:9px 12px}
.client{break-inside:auto}.bar i,.legend i,.figures li,.notice{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`.trim()
