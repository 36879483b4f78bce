package fp8sim.onnx;

/** A node is valid but not supported; the importer collects these and reports all at once. */
final class UnsupportedNodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedNodeException(String why) {
    super(why, null, false, false);
  }
}
