package fp8sim.engine;

import fp8sim.common.UserOption;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.kernel.DeviceMemoryException;
import fp8sim.quant.QuantizerTable;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * Runs batches in parts where a device's memory is too small for the whole. Samples lie along the
 * first axis of all inputs and outputs, which the model must leave open.
 */
final class BatchParts {
  private final Graph model;
  private int largest = Integer.MAX_VALUE;

  BatchParts(Graph model) {
    this.model = model;
  }

  /** Takes batches as wholes again: calibration depends on how samples are divided. */
  void reset() {
    largest = Integer.MAX_VALUE;
  }

  /** Samples of a batch, if it can be divided. */
  private OptionalInt samples(Map<String, Tensor> inputs) {
    int samples = -1;
    for (GraphInput input : model.inputs()) {
      int size =
          input.dims().isEmpty() || !input.dims().getFirst().isDynamic()
              ? -1
              : Objects.requireNonNull(inputs.get(input.name())).shape().dim(0);
      if (size < 1 || (samples > 0 && size != samples)) {
        return OptionalInt.empty();
      }
      samples = size;
    }
    return samples < 1 ? OptionalInt.empty() : OptionalInt.of(samples);
  }

  /** The first part, or all of it if it may fit. */
  Map<String, Tensor> first(Map<String, Tensor> inputs) {
    int samples = samples(inputs).orElse(1);
    return samples <= largest ? inputs : part(inputs, 0, largest);
  }

  /**
   * Makes parts smaller.
   *
   * @throws DeviceMemoryException the failure, if a part is one sample or cannot be divided
   */
  void shrink(Map<String, Tensor> inputs, DeviceMemoryException failure) {
    int size = Math.min(samples(inputs).orElse(1), largest);
    if (size == 1) {
      throw failure;
    }
    largest = (size + 1) / 2;
  }

  /**
   * Runs a batch, in parts if need be; stochastic rounding is told which samples each one holds.
   *
   * @param network runs one part; its results may be overwritten by the next run
   */
  Map<String, Tensor> run(
      Map<String, Tensor> inputs,
      QuantizerTable quantizers,
      UnaryOperator<Map<String, Tensor>> network) {
    int samples = samples(inputs).orElse(1);
    if (samples <= largest) {
      return network.apply(inputs);
    }
    int sample = quantizers.sample();
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    try {
      for (int from = 0; from < samples; from += largest) {
        quantizers.setSample(sample + from);
        int size = Math.min(largest, samples - from);
        append(outputs, network.apply(part(inputs, from, size)), samples, from, size);
      }
    } finally {
      quantizers.setSample(sample);
    }
    return outputs;
  }

  private static Map<String, Tensor> part(Map<String, Tensor> inputs, int from, int size) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    inputs.forEach((name, tensor) -> part.put(name, slice(tensor, from, size)));
    return part;
  }

  private static Tensor slice(Tensor tensor, int from, int size) {
    Shape shape = tensor.shape();
    long sample = tensor.data().byteSize() / shape.dim(0);
    return new Tensor(
        tensor.type(), shape.with(0, size), tensor.data().asSlice(from * sample, size * sample));
  }

  private void append(
      Map<String, Tensor> outputs, Map<String, Tensor> part, int samples, int from, int size) {
    part.forEach(
        (name, tensor) -> {
          Shape shape = tensor.shape();
          if (shape.rank() == 0 || shape.dim(0) != size) {
            throw new DeviceMemoryException(
                "%s: output \"%s\" %s is not one per sample, so that a batch of %d cannot be divided for the device's memory; use a %s of at most %d"
                    .formatted(model.name(), name, shape, samples, UserOption.BATCH_SIZE, largest),
                null);
          }
          Tensor whole =
              outputs.computeIfAbsent(
                  name, n -> Tensor.zeros(tensor.type(), shape.with(0, samples)));
          slice(whole, from, size).data().copyFrom(tensor.data());
        });
  }
}
