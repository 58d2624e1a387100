/** How a tensor type is stored: `values` weights in `bytes` bytes. */
export interface BlockLayout {
  readonly values: number
  readonly bytes: number
}

/** By GGUF's type number (ggml.h, `ggml_type`; block sizes from ggml-common.h). A type that is missing here is one that came later. */
export const ggmlTypes: Readonly<Record<number, BlockLayout>> = {
  0: { values: 1, bytes: 4 }, // F32
  1: { values: 1, bytes: 2 }, // F16
  2: { values: 32, bytes: 18 }, // Q4_0
  3: { values: 32, bytes: 20 }, // Q4_1
  6: { values: 32, bytes: 22 }, // Q5_0
  7: { values: 32, bytes: 24 }, // Q5_1
  8: { values: 32, bytes: 34 }, // Q8_0
  10: { values: 256, bytes: 84 }, // Q2_K
  11: { values: 256, bytes: 110 }, // Q3_K
  12: { values: 256, bytes: 144 }, // Q4_K
  13: { values: 256, bytes: 176 }, // Q5_K
  14: { values: 256, bytes: 210 }, // Q6_K
  16: { values: 256, bytes: 66 }, // IQ2_XXS
  17: { values: 256, bytes: 74 }, // IQ2_XS
  18: { values: 256, bytes: 98 }, // IQ3_XXS
  19: { values: 256, bytes: 50 }, // IQ1_S
  20: { values: 32, bytes: 18 }, // IQ4_NL
  21: { values: 256, bytes: 110 }, // IQ3_S
  22: { values: 256, bytes: 82 }, // IQ2_S
  23: { values: 256, bytes: 136 }, // IQ4_XS
  24: { values: 1, bytes: 1 }, // I8
  25: { values: 1, bytes: 2 }, // I16
  26: { values: 1, bytes: 4 }, // I32
  27: { values: 1, bytes: 8 }, // I64
  28: { values: 1, bytes: 8 }, // F64
  29: { values: 256, bytes: 56 }, // IQ1_M
  30: { values: 1, bytes: 2 }, // BF16
  34: { values: 256, bytes: 54 }, // TQ1_0
  35: { values: 256, bytes: 66 }, // TQ2_0
  39: { values: 32, bytes: 17 }, // MXFP4
}
