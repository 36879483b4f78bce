package fp8sim.graph;

import fp8sim.common.Fp8simException;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The place of a {@link CompositeOperator} in a graph: what is known there, and what is added. */
public interface Composition {
  /** The name of an input; empty if it is absent. */
  String input(int i);

  /** Whether anybody reads an output. */
  boolean isRead(int output);

  /** Type and shape of an input or of what was added. */
  TensorType type(String value);

  /** The value of an input or of what was added, if it is the same in every run. */
  @Nullable Tensor known(String value);

  /** Adds a constant; returns its name. */
  String constant(String suffix, Tensor tensor);

  /**
   * Adds a node.
   *
   * @param suffix of its name; empty for the node that shall have the operator's own name
   * @return the names of its outputs
   */
  List<String> add(String suffix, Op op, int outputs, List<String> inputs);

  /**
   * A value that several composite operators of a graph have in common, such as a causal mask.
   *
   * @param key says what it is: equal keys, equal values
   * @param maker adds it if it is not there yet; returns its name
   */
  String shared(String key, Supplier<String> maker);

  /** Says which value an output is. */
  void give(int output, String value);

  /** An error that names file and node. */
  Fp8simException error(String what);
}
