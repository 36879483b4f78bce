package fp8sim.kernel;

import fp8sim.tensor.Tensor;
import java.util.Map;

/** A compiled plan with its memory. Not thread-safe: one run at a time. */
public interface Session extends AutoCloseable {
  /**
   * Runs the network once.
   *
   * @param inputs one tensor for each input of the plan, of its type and shape
   * @return the outputs by name; their memory belongs to the session and holds until the next run
   *     or {@link #close}
   */
  Map<String, Tensor> run(Map<String, Tensor> inputs);

  /** The device that runs it, for reports. */
  Device device();

  @Override
  void close();
}
