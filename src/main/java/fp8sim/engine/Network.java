package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.kernel.Device;
import fp8sim.numerics.Numerics;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A network that runs: a {@link Blueprint} and the sessions compiled of it. Not thread-safe. */
public final class Network implements AutoCloseable {
  private final Blueprint blueprint;
  private final Sessions sessions;

  /** A network ready to be compiled. */
  public Network(Blueprint blueprint) {
    this.blueprint = blueprint;
    this.sessions = blueprint.sessions(Purpose.INFERENCE);
  }

  /** As {@link Blueprint#of}, opened. */
  public Network(Graph model, Numerics numerics, Backends.Choice choice, int threads) {
    this(Blueprint.of(model, numerics, choice, threads));
  }

  /** What it was made of. */
  public Blueprint blueprint() {
    return blueprint;
  }

  /** Tells stochastic rounding the index in the data set of the next run's first sample. */
  public void setSample(int first) {
    sessions.setSample(first);
  }

  /**
   * Runs the network once, compiling it for the inputs' shapes if need be. A batch that is too
   * large for the device's memory runs in parts.
   *
   * @return the outputs by name; their memory holds until the next run or {@link #close}
   * @throws Fp8simException (input) if an input is missing, unknown, or of the wrong type or shape;
   *     (backend) if the device's memory is too small for one sample
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    return sessions.run(inputs);
  }

  /** Compiles the network for inputs like these; it stays so until two other shapes were used. */
  public void compile(Map<String, Tensor> inputs) {
    sessions.compile(inputs);
  }

  /**
   * What the user should know about the placement of quantizers, one sentence each; nothing before
   * the network was compiled.
   */
  public List<String> notes() {
    return sessions.notes();
  }

  /** The numbers that quantizers met and that are not finite. */
  public NonFiniteValues nonFiniteValues() {
    return NonFiniteValues.of(sessions.table());
  }

  /**
   * How the steps that multiply codes are computed, and why so, by their names; nothing before the
   * first run, or where the backend has no choice.
   */
  public Map<String, String> productKernels() {
    return sessions.productKernels();
  }

  /** The device of the session that ran last, or the backend's first one if none has. */
  public Device device() {
    return sessions.device();
  }

  @Override
  public void close() {
    sessions.close();
  }
}
