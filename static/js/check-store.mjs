// What /check keeps on this device between visits: one record in IndexedDB.

const NAME = "trace-check";

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("state");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, act) {
  const db = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction("state", mode);
      const asked = act(transaction.objectStore("state"));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    db.close();
  }
}

/** The record, or null on the first visit. */
export const load = async () => (await within("readonly", (store) => store.get("state"))) ?? null;

/** Puts the record in place of the old one, whole or not at all. */
export const save = (state) => within("readwrite", (store) => store.put(state, "state"));

/** Forgets everything. */
export const clear = () => within("readwrite", (store) => store.delete("state"));
