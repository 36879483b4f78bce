package fp8sim.kernel.reference;

import fp8sim.format.BlockQuantizer;
import fp8sim.format.Philox;
import fp8sim.format.Quantizer;
import fp8sim.format.ScalarQuantizer;
import fp8sim.graph.Op;
import fp8sim.kernel.Binding;
import fp8sim.kernel.Executable;
import fp8sim.plan.Step;
import fp8sim.quant.QuantizerState;
import fp8sim.quant.QuantizerTable;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.function.IntUnaryOperator;

/**
 * {@code y[i] = quantizer(x[i])}; during calibration x updates the quantizer first. Where the
 * operator says so, {@link MaskedScores} are left out.
 */
final class ReferenceFakeQuantize {
  private ReferenceFakeQuantize() {}

  static Executable bind(Step step, Binding binding) {
    Op.FakeQuantize op = (Op.FakeQuantize) step.op();
    Tensor x = binding.tensor(step.input(0));
    Tensor y = binding.tensor(step.output());
    QuantizerState live = binding.quantizers().get(op.quantizer());
    if (op.keepsMasked()) {
      return parallel -> {
        MaskedScores scores = MaskedScores.of(Values.floats(x), x.shape().dim(-1));
        if (op.observes()) {
          live.observe(scores.unmasked());
        }
        float[] values = scores.zeroed();
        apply(values, x.shape(), live, binding);
        scores.restore(values);
        Values.store(y, values);
      };
    }
    return parallel -> {
      if (op.observes()) {
        live.observe(x.data());
      }
      float[] values = Values.floats(x);
      apply(values, x.shape(), live, binding);
      Values.store(y, values);
    };
  }

  /** Quantizes all elements of a computed tensor in place. */
  static void apply(float[] values, Shape shape, QuantizerState live, Binding binding) {
    count(values, live);
    Quantizer quantizer = live.quantizer();
    IntUnaryOperator random =
        quantizer.isStochastic() ? randomBits(values.length, live, binding) : i -> 0;
    switch (quantizer) {
      case BlockQuantizer blocks -> BlockFakeQuantize.apply(blocks, shape, values, random);
      case ScalarQuantizer scalar -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = scalar.apply(values[i], random.applyAsInt(i));
        }
      }
    }
  }

  private static void count(float[] values, QuantizerState live) {
    long nans = 0;
    long infinities = 0;
    for (float value : values) {
      nans += Float.isNaN(value) ? 1 : 0;
      infinities += Float.isInfinite(value) ? 1 : 0;
    }
    live.count(nans, infinities);
  }

  private static IntUnaryOperator randomBits(int elements, QuantizerState live, Binding binding) {
    QuantizerTable table = binding.quantizers();
    int perSample = elementsPerSample(elements, binding.samples());
    return i -> {
      int sample = table.sample() + i / perSample;
      return Philox.bits(table.seed(), live.stream(), sample, i % perSample);
    };
  }

  /** Samples lie one after the other; what does not divide evenly counts as one sample. */
  private static int elementsPerSample(int elements, int samples) {
    return elements % samples == 0 ? Math.max(1, elements / samples) : elements;
  }
}
