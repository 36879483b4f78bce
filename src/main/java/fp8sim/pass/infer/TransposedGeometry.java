package fp8sim.pass.infer;

import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.graph.Window.AutoPad;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Explicit pads of a transposed convolution whose output size may be given instead (ONNX operator
 * ConvTranspose): {@code output = (input-1)*stride + extent + outputPadding - pads}.
 *
 * @param output spatial sizes of the result
 */
record TransposedGeometry(Window window, List<Integer> outputPadding, List<Integer> output) {

  static TransposedGeometry of(Op.ConvTranspose op, List<Integer> kernel, Operands in) {
    int rank = kernel.size();
    Window given = op.window();
    WindowRules.requireLengths(in, given, rank);
    List<Integer> strides = orElse(given.strides(), 1, rank);
    List<Integer> dilations = orElse(given.dilations(), 1, rank);
    List<Integer> extra = orElse(op.outputPadding(), 0, rank);
    if (extra.size() != rank || extra.stream().anyMatch(size -> size < 0)) {
      throw in.error("output_padding %s does not fit %d axes".formatted(extra, rank));
    }
    List<Integer> wanted = wantedSizes(op.outputShape(), rank, in);
    Integer[] pads = orElse(given.pads(), 0, 2 * rank).toArray(Integer[]::new);
    List<Integer> outputPadding = new ArrayList<>();
    List<Integer> output = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      int size = WindowRules.spatial(in.shape(0)).get(i);
      long extent = (kernel.get(i) - 1L) * dilations.get(i) + 1;
      long full = (size - 1L) * strides.get(i) + extent;
      long target = target(given.autoPad(), wanted, i, (long) size * strides.get(i));
      if (target >= 0) {
        long total = Math.max(0, full + extra.get(i) - target);
        boolean upper = given.autoPad() == AutoPad.SAME_UPPER;
        int small = pads(total / 2, i, in);
        int large = pads(total - small, i, in);
        pads[i] = upper ? small : large;
        pads[rank + i] = upper ? large : small;
      } else {
        target = full + extra.get(i) - pads[i] - (long) pads[rank + i];
      }
      if (target < 1) {
        throw in.error("its output has size %d along spatial axis %d".formatted(target, i));
      }
      output.add(WindowRules.size(target, i, in));
      outputPadding.add(Math.toIntExact(target - full + pads[i] + (long) pads[rank + i]));
    }
    Window window = new Window(kernel, strides, dilations, List.of(pads), AutoPad.NOTSET);
    return new TransposedGeometry(window, outputPadding, output);
  }

  private static int pads(long pads, int axis, Operands in) {
    if (pads > Integer.MAX_VALUE) {
      throw in.error(
          "its window needs %d elements of padding along spatial axis %d".formatted(pads, axis));
    }
    return (int) pads;
  }

  /** The size asked for along an axis; -1 if pads decide. */
  private static long target(AutoPad autoPad, List<Integer> wanted, int axis, long same) {
    if (!wanted.isEmpty()) {
      return wanted.get(axis);
    }
    return autoPad == AutoPad.SAME_UPPER || autoPad == AutoPad.SAME_LOWER ? same : -1;
  }

  /** Some exporters give batch and channel too. */
  private static List<Integer> wantedSizes(List<Integer> outputShape, int rank, Operands in) {
    if (outputShape.isEmpty() || outputShape.size() == rank) {
      return outputShape;
    }
    if (outputShape.size() == rank + 2) {
      return outputShape.subList(2, rank + 2);
    }
    throw in.error("output_shape has %d entries, not %d".formatted(outputShape.size(), rank));
  }

  private static List<Integer> orElse(List<Integer> list, int value, int count) {
    return list.isEmpty() ? Collections.nCopies(count, value) : list;
  }
}
