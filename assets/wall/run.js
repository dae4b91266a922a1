/* Time: the scenes, the clock, what is old, what is lost, and the reload at night. One timer ticks. */
(function () {
  "use strict";
  const draw = window.wallDraw, link = window.wallLink, wall = draw.byId("wall");
  const setting = function (name) { return Number(wall.getAttribute("data-" + name)); };
  const tickMs = setting("tick-ms"), sceneTicks = Math.max(1, setting("scene-ticks"));
  const refreshMs = setting("refresh-ms"), timeoutMs = setting("timeout-ms");
  const build = wall.getAttribute("data-build");
  const DAYS = ["Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"];
  /* Each minute another place, a few pixels from the last, never twice the same in a row. */
  const SHIFTS = [[0, 0], [2, 1], [4, 0], [3, -2], [1, -3], [-1, -2], [-3, -3], [-4, -1], [-3, 1], [-2, 3], [0, 2], [2, 3]];

  let told = null, answeredAt = 0, index = 0, page = 0, ticks = 0, newBuilds = 0, reloading = false;
  /* The server's clock, carried on by this machine's: its own may stand on another day or zone. */
  let serverAt = link.moment(wall.getAttribute("data-now")), heardAt = Date.now(), lastTick = Date.now();
  let waitingSince = 0;
  function clock() { return serverAt + Math.max(0, Date.now() - heardAt); }

  const loadedAt = clock();
  const nightAt = (function () {
    const night = new Date(loadedAt);
    night.setUTCHours(setting("night-hour"), 1 + Math.floor(59 * Math.random()), 0, 0);
    return night.getTime() > loadedAt ? night.getTime() : night.getTime() + 86400000;
  })();

  function two(number) { return (number < 10 ? "0" : "") + number; }
  function hours(at) { const time = new Date(at); return two(time.getUTCHours()) + ":" + two(time.getUTCMinutes()); }
  function since(at) {
    const time = new Date(at);
    const isToday = Math.floor(at / 86400000) === Math.floor(clock() / 86400000);
    return hours(at) + (isToday ? "" : ", " + two(time.getUTCDate()) + "/" + two(time.getUTCMonth() + 1));
  }

  function ago(seconds) {
    if (seconds < 60) { return "vừa xong"; }
    if (seconds < 3600) { return Math.floor(seconds / 60) + " phút trước"; }
    if (seconds < 172800) { return Math.floor(seconds / 3600) + " giờ trước"; }
    return Math.floor(seconds / 86400) + " ngày trước";
  }

  /* scenes */
  function show() {
    if (!told) { return; }
    index = Math.min(index, told.scenes.length - 1);
    const scene = told.scenes[index], pages = draw.pagesOf(scene);
    page = Math.min(page, pages - 1);
    draw.scene(scene, page);
    draw.place(index, page, pages);
  }
  function next() {
    ticks = 0;
    page += 1;
    if (page >= draw.pagesOf(told.scenes[index])) { page = 0; index = (index + 1) % told.scenes.length; }
    show();
  }

  /* what the server says, or does not */
  function heard(news) {
    const before = told;
    told = news;
    serverAt = link.moment(news.now);
    heardAt = answeredAt = Date.now();
    try {
      draw.around(news);
      show();
    } catch (error) {
      told = before;
      throw error;
    }
    draw.hide(draw.byId("lost"), true);
    newBuilds = news.build === build ? 0 : newBuilds + 1;
    if (newBuilds >= 2) { reload(true); } else if (clock() >= nightAt) { reload(false); }
    minute();
  }
  function failed(failures) {
    if (!told) {
      waitingSince = waitingSince || clock();
      draw.waiting(since(waitingSince));
      return;
    }
    if (failures < 2) { return; }
    const lost = draw.byId("lost");
    draw.text(lost, "Mất kết nối từ " + since(serverAt + answeredAt - heardAt));
    draw.hide(lost, false);
  }
  function reload(mustDiffer) {
    if (reloading) { return; }
    reloading = true;
    link.reloadIfThere(build, timeoutMs, mustDiffer, function () { reloading = false; });
  }
  const refresh = link.connect(wall.getAttribute("data-figures") + window.location.search, refreshMs, timeoutMs, heard, failed);

  /* once a second, and once a minute */
  let shownMinute = -1;
  function minute() {
    const at = clock(), time = new Date(at);
    if (told) {
      const age = told.age_seconds + (Date.now() - answeredAt) / 1000;
      const isPinned = told.expected_seconds === null;
      draw.text(draw.byId("age"), isPinned ? "" : ago(age));
      draw.hide(draw.byId("old"), isPinned || age <= told.expected_seconds);
    }
    const count = Math.floor(at / 60000);
    if (count === shownMinute) { return; }
    shownMinute = count;
    draw.text(draw.byId("time"), hours(at));
    draw.text(draw.byId("day"), DAYS[time.getUTCDay()] + ", " + two(time.getUTCDate()) + "/" + two(time.getUTCMonth() + 1) + "/" + time.getUTCFullYear());
    const shift = SHIFTS[count % SHIFTS.length];
    draw.variable(wall, "--shift-x", shift[0] / 24 + "rem");
    draw.variable(wall, "--shift-y", shift[1] / 24 + "rem");
  }
  /* The dot changes each second while this page lives, and is hollow while the server does not answer. */
  let beat = false;
  function pulse() {
    const isLost = !told || !draw.byId("lost").hidden;
    beat = !beat;
    draw.text(draw.byId("pulse"), isLost ? "○" : "●");
    draw.look(draw.byId("pulse"), "pulse" + (isLost ? " is-lost" : beat ? " is-beat" : ""));
  }
  function tick() {
    const now = Date.now();
    pulse();
    /* A machine that slept, or whose clock was put right, asks at once. */
    if (Math.abs(now - lastTick - tickMs) > 5000 + 5 * tickMs) { refresh(); }
    lastTick = now;
    minute();
    if (!told) { return; }
    ticks += 1;
    if (ticks >= sceneTicks) { next(); }
    draw.variable(draw.byId("bar"), "--done", Math.round(1000 * ticks / sceneTicks) / 1000);
  }
  minute();
  refresh();
  window.setInterval(tick, tickMs);
})();
