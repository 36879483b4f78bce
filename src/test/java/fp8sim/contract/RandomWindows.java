package fp8sim.contract;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.pass.infer.ShapeInference;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Windows over tiny inputs whose sizes lie around powers of two, up to the limits of int. */
final class RandomWindows {
  private static final int[] EXPONENTS = {7, 8, 15, 16, 24, 28, 29, 30, 31};

  /** Larger results take long to compare. */
  private static final int MOST_OUTPUTS = 1 << 13;

  /** An operator as kernels get it, and the shape of its output. */
  record Resolved(Op op, Shape output) {}

  private final SplittableRandom random;

  RandomWindows(long seed) {
    random = new SplittableRandom(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  /** A small number that is at least {@code least}. */
  int small(int least) {
    return least + random.nextInt(4);
  }

  /** A small number, or one near a power of two. */
  int any(int least) {
    if (random.nextInt(3) > 0) {
      return small(least);
    }
    long near = (1L << EXPONENTS[random.nextInt(EXPONENTS.length)]) + random.nextInt(-3, 4);
    return Math.clamp(near, least, Integer.MAX_VALUE);
  }

  /**
   * A window over an input.
   *
   * @param spatial the input's sizes
   * @param kernel the kernel's sizes, empty for any
   */
  Window window(List<Integer> spatial, List<Integer> kernel) {
    List<Integer> kernels = new ArrayList<>();
    List<Integer> strides = new ArrayList<>();
    List<Integer> dilations = new ArrayList<>();
    List<Integer> begins = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (int axis = 0; axis < spatial.size(); axis++) {
      int size = kernel.isEmpty() ? any(1) : kernel.get(axis);
      int dilation = any(1);
      long extent = (size - 1L) * dilation + 1;
      int begin = any(0);
      int end = any(0);
      long missing = extent - spatial.get(axis) - begin - end;
      if (missing > 0 && random.nextInt(8) > 0) {
        // mostly pads that the window fits
        end = (int) Math.min(Integer.MAX_VALUE, end + missing + random.nextInt(3));
      }
      long steps = (long) spatial.get(axis) + begin + end - extent;
      int stride = any(1);
      if (steps / stride > 8 && random.nextInt(8) > 0) {
        stride = Math.clamp(steps / (1 + random.nextInt(8)), 1, Integer.MAX_VALUE);
      }
      kernels.add(size);
      strides.add(stride);
      dilations.add(dilation);
      begins.add(begin);
      ends.add(end);
    }
    begins.addAll(ends);
    Window.AutoPad[] modes = Window.AutoPad.values();
    Window.AutoPad mode =
        random.nextInt(6) > 0 ? Window.AutoPad.NOTSET : modes[random.nextInt(modes.length)];
    return new Window(kernels, strides, dilations, begins, mode);
  }

  /** A window of a transposed convolution, whose result mostly is small. */
  Window transposedWindow(List<Integer> spatial, List<Integer> kernel) {
    List<Integer> strides = new ArrayList<>();
    List<Integer> dilations = new ArrayList<>();
    List<Integer> begins = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (int axis = 0; axis < spatial.size(); axis++) {
      int stride = any(1);
      int dilation = any(1);
      long full = (spatial.get(axis) - 1L) * stride + (kernel.get(axis) - 1L) * dilation + 1;
      long wanted = random.nextInt(8) == 0 ? any(1) : small(1);
      long cut = Math.max(0, full - wanted);
      long begin = random.nextInt(3) > 0 ? cut / 2 + random.nextInt(-1, 2) : any(0);
      begin = Math.clamp(begin, 0, Math.min(cut, Integer.MAX_VALUE));
      strides.add(stride);
      dilations.add(dilation);
      begins.add((int) begin);
      ends.add((int) Math.min(cut - begin, Integer.MAX_VALUE));
    }
    begins.addAll(ends);
    return new Window(kernel, strides, dilations, begins, Window.AutoPad.NOTSET);
  }

  /**
   * What an operator is after inference; null if its result is large.
   *
   * @throws Fp8simException if it is refused
   */
  static @Nullable Resolved resolve(Op op, Tensor... inputs) {
    List<GraphInput> graphInputs = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (int i = 0; i < inputs.length; i++) {
      names.add("x" + i);
      List<GraphInput.Dimension> dims = new ArrayList<>();
      for (int dim : inputs[i].shape().dims()) {
        dims.add(new GraphInput.Dimension(dim, ""));
      }
      graphInputs.add(new GraphInput(names.get(i), DataType.FLOAT, dims));
      shapes.put(names.get(i), inputs[i].shape());
    }
    Node node = new Node("window", op, names, List.of("y"));
    Graph graph = new Graph("random", graphInputs, List.of("y"), List.of(node), Map.of(), Map.of());
    Graph inferred =
        ShapeInference.infer(
            graph,
            shapes,
            Map.of(),
            (folded, values, types) -> {
              throw new AssertionError("nothing to fold");
            });
    Shape output = inferred.typeOf("y").shape();
    return output.elements() > MOST_OUTPUTS
        ? null
        : new Resolved(inferred.nodes().getFirst().op(), output);
  }
}
