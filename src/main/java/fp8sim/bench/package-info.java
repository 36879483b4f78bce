/**
 * Speed: matrix products and models, ONNX Runtime beside, and what time is spent on. Read {@link
 * fp8sim.bench.VariantBenchmark} first.
 */
@NullMarked
package fp8sim.bench;

import org.jspecify.annotations.NullMarked;
