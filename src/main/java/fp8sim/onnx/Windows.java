package fp8sim.onnx;

import fp8sim.graph.Window;
import java.util.List;

/** The window attributes that convolutions and poolings share. */
final class Windows {
  private Windows() {}

  /** The window of a pooling, which must have a kernel. */
  static Window readKernel(NodeImport node) {
    Window window = read(node);
    if (window.kernel().isEmpty()) {
      throw node.error("attribute \"kernel_shape\" is missing");
    }
    return window;
  }

  static Window read(NodeImport node) {
    Attributes attributes = node.attributes();
    List<Integer> kernel = atLeast(1, "kernel_shape", node);
    List<Integer> strides = atLeast(1, "strides", node);
    List<Integer> dilations = atLeast(1, "dilations", node);
    List<Integer> pads = atLeast(0, "pads", node);
    int rank = Math.max(Math.max(kernel.size(), strides.size()), dilations.size());
    rank = Math.max(rank, pads.size() / 2);
    if (wrong(kernel, rank) || wrong(strides, rank) || wrong(dilations, rank)) {
      throw node.error("kernel_shape, strides and dilations differ in length");
    }
    if (wrong(pads, 2 * rank)) {
      throw node.error("pads has %d entries, not %d".formatted(pads.size(), 2 * rank));
    }
    String name = attributes.string("auto_pad", "NOTSET");
    for (Window.AutoPad autoPad : Window.AutoPad.values()) {
      if (autoPad.name().equals(name)) {
        return new Window(kernel, strides, dilations, pads, autoPad);
      }
    }
    throw node.error("auto_pad is " + Text.shorten(name));
  }

  private static boolean wrong(List<Integer> list, int size) {
    return !list.isEmpty() && list.size() != size;
  }

  private static List<Integer> atLeast(int least, String name, NodeImport node) {
    List<Integer> values = node.attributes().integers(name);
    for (int value : values) {
      if (value < least) {
        throw node.error("%s has the value %d, less than %d".formatted(name, value, least));
      }
    }
    return values;
  }
}
