package fp8sim.kernel.tornado.lower;

import fp8sim.format.FloatFormat;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.Overflow;
import fp8sim.format.ScalarQuantizer;
import fp8sim.format.Subnormals;
import fp8sim.kernel.tornado.device.StochasticKernel;
import fp8sim.plan.Operand;
import fp8sim.quant.QuantizerState;

/** Quantizers that round stochastically: {@link StochasticKernel} without epilogue. */
final class StochasticLowering {
  /** The top of grids on the device. */
  private static final int TOP = 126;

  /** From here on float32 numbers have all their bits below a step. */
  private static final int LOWEST_STEP = -100;

  private final ProgramBuilder program;
  private final FloatQuantizer quantizer;
  private final FloatFormat format;

  /** Magnitude codes, and one above where values overflow. */
  private final int count;

  private StochasticLowering(ProgramBuilder program, FloatQuantizer quantizer) {
    this.program = program;
    this.quantizer = quantizer;
    format = quantizer.codeFormat();
    boolean overflows = quantizer.conversion().overflow() == Overflow.IEEE;
    count = format.maxMagnitude() + (overflows ? 2 : 1);
  }

  /** Why devices cannot round so, in a few words; empty if they can. */
  static String problem(ScalarQuantizer quantizer) {
    if (!quantizer.isStochastic()) {
      return "";
    }
    if (!(quantizer instanceof FloatQuantizer minifloat)) {
      return "stochastic rounding to " + quantizer.format().name();
    }
    FloatFormat format = minifloat.codeFormat();
    int binades = (1 << format.exponentBits()) + format.mantissaBits();
    return format.normalOnly() || TOP - binades < LOWEST_STEP
        ? "stochastic rounding to " + quantizer.format().name()
        : "";
  }

  /** The geometry for a computed tensor that is quantized in place. */
  static int[] geometry(ProgramBuilder program, QuantizerState live, Operand.Slot slot) {
    StochasticLowering lowering =
        new StochasticLowering(program, (FloatQuantizer) live.quantizer());
    int[] geometry = lowering.geometry();
    int elements = slot.shape().elements();
    int samples = program.samples();
    geometry[StochasticKernel.COUNT] = elements;
    geometry[StochasticKernel.INPUT] = program.at(slot);
    geometry[StochasticKernel.OUTPUT] = program.at(slot);
    geometry[StochasticKernel.COUNTERS] = program.addCounters(live.id());
    geometry[StochasticKernel.STREAM] = live.stream();
    geometry[StochasticKernel.SAMPLE_SIZE] =
        Math.max(1, elements % samples == 0 ? elements / samples : elements);
    return geometry;
  }

  private int[] geometry() {
    int shift = Math.max(0, TOP - Math.getExponent(format.maxFinite(quantizer.bias())));
    int half = Math.max(1, Integer.highestOneBit(2 * count - 1) / 2);
    float[] all = new float[6 * half];
    for (int c = 0; c < 2 * half; c++) {
      all[c] = c + 1 < count ? point(c + 1, shift) : Float.POSITIVE_INFINITY;
      if (c < count) {
        all[2 * half + c] = value(c);
        all[4 * half + c] = 1f / (point(c + 1, shift) - point(c, shift));
      }
    }
    int[] geometry = new int[StochasticKernel.SIZE];
    geometry[StochasticKernel.QUANTIZER] =
        program.addConstants(
            quantizer.scale(),
            quantizer.clipMin(),
            quantizer.clipMax(),
            Math.scalb(1f, shift / 2),
            Math.scalb(1f, shift - shift / 2));
    geometry[StochasticKernel.POINTS] = program.addConstants(all);
    geometry[StochasticKernel.HALF] = half;
    geometry[StochasticKernel.LAST] = count - 1;
    return geometry;
  }

  private float point(int magnitude, int shift) {
    return (float) Math.scalb(format.magnitudeValue(magnitude, quantizer.bias()), shift);
  }

  /** The value of a magnitude; what overflows is infinite or not a number. */
  private float value(int magnitude) {
    boolean isFlushed =
        quantizer.conversion().subnormals() == Subnormals.FLUSH
            && magnitude < format.minNormalMagnitude();
    if (isFlushed || magnitude == 0) {
      return 0f;
    }
    return magnitude <= format.maxMagnitude()
        ? quantizer.decode(magnitude)
        : quantizer.apply(Float.POSITIVE_INFINITY);
  }
}
