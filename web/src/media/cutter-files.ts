/** The addresses that the build gives the segmentation's files. Every browser that can blur has SIMD. */

import graph from "@mediapipe/selfie_segmentation/selfie_segmentation.binarypb?url";
import script from "@mediapipe/selfie_segmentation/selfie_segmentation.js?url";
import landscape from "@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?url";
import runner from "@mediapipe/selfie_segmentation/selfie_segmentation_solution_simd_wasm_bin.js?url";
import program from "@mediapipe/selfie_segmentation/selfie_segmentation_solution_simd_wasm_bin.wasm?url";

export const SCRIPT = script;

/** By the names that the package asks for. */
export const FILES: ReadonlyMap<string, string> = new Map([
  ["selfie_segmentation.binarypb", graph],
  ["selfie_segmentation_landscape.tflite", landscape],
  ["selfie_segmentation_solution_simd_wasm_bin.js", runner],
  ["selfie_segmentation_solution_simd_wasm_bin.wasm", program],
]);
