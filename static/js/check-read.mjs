// Reads QR codes from the camera and from photos: with the browser's own BarcodeDetector, else with vendored jsQR.

// Longest sides, px: a label fills a photo or lies in a corner of it, and the decoder likes modules of some pixels.
const SIDES = [1000, 1800, 600, 3000];

let detector; // the browser's own reader, or null; asked once

async function native() {
  if (detector !== undefined) return detector;
  detector = null;
  try {
    const formats = (await globalThis.BarcodeDetector?.getSupportedFormats()) ?? [];
    if (formats.includes("qr_code")) detector = new BarcodeDetector({ formats: ["qr_code"] });
  } catch {
    detector = null;
  }
  return detector;
}

async function fallback() {
  // A script of the older kind: as a module it leaves its function on the global object.
  if (!globalThis.jsQR) await import("../vendor/jsqr-1.4.0/jsQR.js");
  return globalThis.jsQR;
}

function pixels(source, width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

async function read(source, width, height, sides) {
  const own = await native();
  if (own) {
    try {
      const [found] = await own.detect(source);
      if (found?.rawValue) return found.rawValue;
    } catch {
      // Some systems announce a reader that they do not have.
      detector = null;
    }
  }
  const decode = await fallback();
  for (const side of sides) {
    const { data, width: w, height: h } = pixels(source, width, height, side);
    const found = decode(data, w, h, { inversionAttempts: "dontInvert" });
    if (found?.data) return found.data;
  }
  return "";
}

/** The text of the QR code in an image file; "" if there is none to be read. */
export async function fromFile(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return "";
  }
  try {
    const largest = Math.max(picture.width, picture.height);
    const sides = SIDES.filter((side, at) => at === 0 || side / 1.2 < largest);
    return await read(picture, picture.width, picture.height, sides);
  } finally {
    picture.close();
  }
}

/** Watches the camera in a <video> until a code is read: {text, stop}; `text` is "" once stopped. */
export async function fromCamera(video) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  await video.play();
  let going = true;
  const stop = () => {
    going = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
  const text = (async () => {
    while (going) {
      if (video.videoWidth) {
        const found = await read(video, video.videoWidth, video.videoHeight, [800]);
        if (found && going) {
          stop();
          return found;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    return "";
  })();
  return { text, stop };
}
