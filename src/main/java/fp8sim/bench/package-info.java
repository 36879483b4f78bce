/**
 * Speed: matrix products and models, ONNX Runtime beside, and what time is spent on. Read {@link
 * fp8sim.bench.Workload} first, then {@link fp8sim.bench.VariantBenchmark}. Imports engine, npy and
 * what they import; printing is the command line's.
 */
@NullMarked
package fp8sim.bench;

import org.jspecify.annotations.NullMarked;
