package fp8sim.engine;

import fp8sim.kernel.Device;
import fp8sim.kernel.PreparedConstants;
import fp8sim.kernel.SessionOptions;
import fp8sim.quant.QuantizerTable;
import fp8sim.quant.Workers;

/**
 * What runs a network; results never depend on it.
 *
 * @param choice the backend and its device
 * @param threads worker threads of a CPU backend, and of what finds ranges, at least 1
 * @param workers find ranges and quantize weights
 * @param prepared what kernels made of constants, for all sessions of a network
 */
record Execution(Backends.Choice choice, int threads, Workers workers, PreparedConstants prepared) {
  static Execution of(Backends.Choice choice, int threads) {
    return new Execution(choice, threads, new Workers(threads), new PreparedConstants());
  }

  SessionOptions options(QuantizerTable quantizers) {
    return new SessionOptions(threads, choice.device(), prepared, quantizers);
  }

  /** The backend's first device. */
  Device firstDevice() {
    return choice.backend().devices().getFirst();
  }
}
