package fp8sim.pass.rewrite;

import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.pass.infer.ConstantElements;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives the zeros that a Pad adds around an image to the Conv or AveragePool behind it. */
final class PadIntoWindow implements Rewrite {

  @Override
  public void apply(GraphEditor graph, Node node) {
    Node pad = graph.producer(node.input(0));
    if (pad == null || !(pad.op() instanceof Op.Pad op) || op.mode() != Op.Pad.Mode.CONSTANT) {
      return;
    }
    Tensor value = pad.hasInput(2) ? graph.constant(pad.input(2)) : null;
    boolean zero =
        !pad.hasInput(2)
            || (value != null
                && ConstantElements.isReadable(value.type())
                && ConstantElements.number(value, 0) == 0);
    Tensor pads = graph.constant(pad.input(1));
    Op wider = pads == null || !zero ? null : widen(node.op(), ConstantElements.longs(pads));
    if (wider != null) {
      List<String> inputs = new ArrayList<>(node.inputs());
      inputs.set(0, pad.input(0));
      graph.replace(node, wider, inputs);
    }
  }

  private static @Nullable Op widen(Op op, long[] pads) {
    for (int i = 0; i < pads.length; i++) {
      if (pads[i] < 0 || (pads[i] > 0 && i % (pads.length / 2) < 2)) {
        return null; // cuts something off, or pads batch or channels
      }
    }
    return switch (op) {
      case Op.Conv conv -> new Op.Conv(widen(conv.window(), pads), conv.group());
      // Zeros of the Pad count; so must those of the window, and it must have no others.
      case Op.AveragePool pool
          when !pool.ceilMode()
              && (pool.countIncludePad() || pool.window().pads().stream().allMatch(p -> p == 0)) ->
          new Op.AveragePool(widen(pool.window(), pads), false, true);
      default -> null;
    };
  }

  private static Window widen(Window window, long[] pads) {
    int rank = pads.length / 2;
    int spatial = rank - 2;
    List<Integer> wider = new ArrayList<>();
    for (int i = 0; i < 2 * spatial; i++) {
      int axis = i < spatial ? 2 + i : rank + 2 + i - spatial;
      wider.add(Math.toIntExact(window.pads().get(i) + pads[axis]));
    }
    return new Window(
        window.kernel(), window.strides(), window.dilations(), wider, window.autoPad());
  }
}
