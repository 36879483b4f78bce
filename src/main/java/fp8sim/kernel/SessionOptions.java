package fp8sim.kernel;

import fp8sim.quant.QuantizerTable;

/**
 * How a session runs; results never depend on it.
 *
 * @param threads number of worker threads of CPU backends, at least 1
 * @param device part of the backend name after the first colon, for example {@code opencl:0}; of
 *     the backend {@code cpu} the name of a {@link ProductMethod}; empty for the backend's own
 *     choice
 * @param prepared constants prepared by earlier sessions of the same network (other batch sizes)
 * @param quantizers of computed tensors, shared by the sessions of the network
 */
public record SessionOptions(
    int threads, String device, PreparedConstants prepared, QuantizerTable quantizers) {

  /** Options for a network without quantizers. */
  public SessionOptions(int threads, String device, PreparedConstants prepared) {
    this(threads, device, prepared, new QuantizerTable(0));
  }
}
