package fp8sim.generator;

/** The packages of generated kernels and of what they use. */
final class Rooms {
  static final String VECTOR = "fp8sim.kernel.simd.vector";
  static final String GEMM = "fp8sim.kernel.simd.gemm";
  static final String CONV = "fp8sim.kernel.simd.conv";
  static final String CODED = "fp8sim.kernel.simd.coded";
  static final String SIGNIFICAND = "fp8sim.kernel.simd.significand";
  static final String REGISTER = "fp8sim.kernel.simd.register";
  static final String SEQUENTIAL = "fp8sim.kernel.simd.sequential";

  private Rooms() {}
}
