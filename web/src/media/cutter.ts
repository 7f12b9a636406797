/** Finds the person in a picture with MediaPipe's selfie segmentation, loaded from our own origin when it is first needed. */

import type { Options, Results, SelfieSegmentation } from "@mediapipe/selfie_segmentation";

/** Which pixels are the person, beside the picture that was looked at. Both hold until the next picture is cut. */
export interface Cut {
  readonly picture: CanvasImageSource;
  readonly mask: CanvasImageSource;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Cutter {
  /** Cuts one picture after the other; `give` gets the result before the next one is begun. */
  cut(frame: CanvasImageSource, size: Size, give: (cut: Cut) => void): Promise<void>;
}

/**
 * The model for wide pictures is half the work of the other. The processor runs it (an option that the package's types
 * lack): without graphics acceleration the other way takes ten times as long, and there are such computers in schools.
 */
const OPTIONS: Options = { modelSelection: 1, ...{ useCpuInference: true } };

type Segmentation = new (config: { locateFile: (name: string) => string }) => SelfieSegmentation;

let loaded: Promise<Cutter> | null = null;

/** The page's only cutter. Rejects when a file is missing or the browser cannot run the network; then the next call tries anew. */
export function loadCutter(): Promise<Cutter> {
  loaded ??= load().catch((error: unknown) => {
    loaded = null;
    throw error;
  });
  return loaded;
}

async function load(): Promise<Cutter> {
  const { FILES, SCRIPT } = await import("./cutter-files");
  // The package is a script that leaves its class on the window.
  await loadScript(SCRIPT);
  const made = (window as { SelfieSegmentation?: Segmentation }).SelfieSegmentation;
  if (!made) throw new Error("no segmentation");
  const segmentation = new made({ locateFile: (name) => FILES.get(name) ?? name });
  segmentation.setOptions(OPTIONS);
  await segmentation.initialize();
  return cutterOf(segmentation);
}

function cutterOf(segmentation: SelfieSegmentation): Cutter {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new Error("no canvas");
  let take: ((found: Results) => void) | null = null;
  segmentation.onResults((found) => take?.(found));
  const cut: Cutter["cut"] = async (frame, { width, height }, give) => {
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.drawImage(frame, 0, 0, width, height);
    take = ({ segmentationMask: mask }) => give({ picture: canvas, mask });
    await segmentation.send({ image: canvas });
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    cut: (...args) => {
      const result = last.then(() => cut(...args));
      last = result.catch(() => undefined);
      return result;
    },
  };
}

function loadScript(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`no ${address}`));
    document.head.append(script);
  });
}
