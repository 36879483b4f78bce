package fp8sim.kernel.simd.product;

import fp8sim.kernel.simd.vector.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What decides how fast kernels are here.
 *
 * @param vectorBits width of the vectors that are used
 * @param byteLookup whether the processor selects bytes from two vectors in one instruction
 *     (AVX-512 VBMI); without it such kernels run, but slowly
 */
public record Machine(int vectorBits, boolean byteLookup) {
  private static final int WIDEST = 512;
  private static final Machine HERE = detect();

  /** This machine, as far as the virtual machine uses it. */
  public static Machine here() {
    return HERE;
  }

  private static Machine detect() {
    int bits = Memory.SPECIES.vectorBitSize();
    return new Machine(bits, bits == WIDEST && hasByteLookup());
  }

  /** Where the operating system lists no features, the processor is taken for one without. */
  private static boolean hasByteLookup() {
    Path features = Path.of("/proc/cpuinfo");
    try {
      return Files.isReadable(features)
          && Files.readString(features, StandardCharsets.ISO_8859_1).contains(" avx512vbmi ");
    } catch (IOException e) {
      return false;
    }
  }
}
