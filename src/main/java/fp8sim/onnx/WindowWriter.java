package fp8sim.onnx;

import fp8sim.graph.Window;

/** The window attributes that convolutions and poolings share. */
final class WindowWriter {
  private WindowWriter() {}

  static NodeDraft write(NodeDraft draft, Window window) {
    draft
        .integers("kernel_shape", window.kernel())
        .integers("strides", window.strides())
        .integers("dilations", window.dilations());
    if (window.autoPad() == Window.AutoPad.NOTSET) {
      return draft.integers("pads", window.pads());
    }
    return draft.string("auto_pad", window.autoPad().name());
  }
}
