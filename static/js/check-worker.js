// The service worker of /check. `SHELL` stands above this line when it is served: {version, pages, files}.
// It keeps exactly what the page needs to open without a network; what the page learns (keys, list) it keeps itself.
"use strict";

const CACHE = `check-${SHELL.version}`;

self.addEventListener("install", (event) => {
  const wanted = [...SHELL.pages, ...SHELL.files].map((address) => new Request(address, { cache: "reload" }));
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(wanted))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith("check-") && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

function kept(request) {
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return null;
  if (request.mode === "navigate") {
    if (address.pathname !== "/check") return null;
    const language = address.searchParams.get("lang");
    const page = `/check?lang=${language}`;
    return SHELL.pages.includes(page) ? page : "/check";
  }
  return SHELL.files.includes(address.pathname) ? address.pathname : null;
}

self.addEventListener("fetch", (event) => {
  const address = kept(event.request);
  if (!address) return;
  event.respondWith(
    caches
      .open(CACHE)
      .then((cache) => cache.match(address, { ignoreVary: true }))
      .then((answer) => answer ?? fetch(event.request)),
  );
});
