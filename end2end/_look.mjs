import { chromium } from 'playwright';
import { execSync, spawn } from 'node:child_process';
const url='http://127.0.0.1:3000';
const b = await chromium.launch({ executablePath:'/usr/bin/chromium' });
const errors=[];
async function ctx(w,theme,lang,touch){ const c=await b.newContext({viewport:{width:w,height:w<500?740:800},colorScheme:theme,locale:lang,hasTouch:!!touch,isMobile:!!touch}); return c; }
const name=(n)=>n+Math.floor(Math.random()*1e6);
async function enter(c,n){ const p=await c.newPage(); p.on('console',m=>{if(['error','warning'].includes(m.type()))errors.push(m.text())}); p.on('pageerror',e=>errors.push(String(e))); await p.goto(url+'/enter'); await p.locator('input[name=name]').fill(n); await p.keyboard.press('Enter'); await p.waitForURL(/rooms/); await p.locator('html[data-live]').waitFor(); return p; }
const phase=process.argv[2];
if(phase==='room'){
 for(const [w,t,l] of [[1280,'light','en-US'],[1280,'dark','zh-CN'],[360,'light','zh-CN'],[360,'dark','en-US']]){
  const c=await ctx(w,t,l,w===360); const p=await enter(c,name(l[0]==='z'?'林薇':'Ada '));
  for(const m of [l[0]==='z'?'早上好，今天把实时通道走通了。':'Morning. The live path works end to end.', 'Plain words, then **bold** and `code`.\nA second line.','> quoted\n\nand an answer 中文和 English']){ await p.locator('#message-box').fill(m); await p.locator('button.send').click(); await p.waitForTimeout(250);}
  await p.waitForTimeout(600); await p.screenshot({path:`/tmp/look-room-${w}-${t}-${l}.png`});
  // second tab: theme/draft; draft pencil on the list
  await p.locator('#message-box').fill(l[0]==='z'?'还没写完的草稿':'half a thought'); await p.waitForTimeout(800);
  await p.goto(url+'/rooms'); await p.locator('html[data-live]').waitFor(); await p.waitForTimeout(400); await p.screenshot({path:`/tmp/look-list-${w}-${t}-${l}.png`});
 }
}
if(phase==='kill'){
 const pages=[];
 for(const [w,t,l] of [[1280,'light','en-US'],[1280,'dark','zh-CN'],[360,'light','zh-CN'],[360,'dark','en-US']]){ const c=await ctx(w,t,l,w===360); const p=await enter(c,name(l[0]==='z'?'林薇':'Ada ')); pages.push([p,w,t,l]); }
 for(const [p,,,l] of pages){ await p.locator('#message-box').fill(l[0]==='z'?'服务器被杀掉的时候发的':'sent while the server dies'); }
 const pid=process.argv[3]; const sends=pages.map(([p])=>p.locator('button.send').click()); execSync(`kill -9 ${pid}`); await Promise.all(sends);
 for(const [p,w,t,l] of pages){ await p.locator('#message-box').fill(l[0]==='z'?'再来一条':'and one more'); await p.locator('button.send').click(); }
 await pages[0][0].waitForTimeout(13000);
 for(const [p,w,t,l] of pages) await p.screenshot({path:`/tmp/look-down-${w}-${t}-${l}.png`});
 const s=spawn('/work/main/target/release/rill',['serve'],{cwd:'/work/main',detached:true,stdio:'ignore'}); s.unref(); console.log('server',s.pid);
 await pages[0][0].waitForTimeout(12000);
 for(const [p,w,t,l] of pages){ await p.screenshot({path:`/tmp/look-back-${w}-${t}-${l}.png`}); console.log(w,t,l, await p.locator('.unsent').count(), (await p.locator('ol .body, li[id^=m]').count())); }
}
console.log('console:',[...new Set(errors)].slice(0,8));
await b.close();
