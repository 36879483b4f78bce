package fp8sim.engine;

import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.graph.Node;
import fp8sim.graph.Op;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.pass.infer.ControlValues;
import fp8sim.pass.infer.Subgraphs;
import fp8sim.quant.Ranges;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A Loop that goes on for as long as a computed condition says: its body is a network of its own,
 * in float32, which runs once for each iteration.
 */
final class LoopRun implements AutoCloseable {
  /** What a body's inputs are but for the sizes of their dimensions. */
  private record Form(DataType type, int rank) {
    static Form of(Tensor tensor) {
      return new Form(tensor.type(), tensor.shape().rank());
    }
  }

  private final String model;
  private final Node node;
  private final Op.Body body;
  private final Map<String, Tensor> constants;
  private final FloatMath floatMath;
  private final Execution execution;
  private final Iterations iterations;
  private final int states;
  private final Map<List<Form>, Sessions> bodies = new HashMap<>();

  /**
   * A loop that did not run yet.
   *
   * @param model its name, for messages
   * @param constants that the body reads from around it, and others
   * @param iterations of the loops around it, which its own are added to
   */
  LoopRun(
      String model,
      Node node,
      Op.Body body,
      Map<String, Tensor> constants,
      FloatMath floatMath,
      Execution execution,
      Iterations iterations) {
    this.model = model;
    this.node = node;
    this.body = body;
    this.constants = constants;
    this.floatMath = floatMath;
    this.execution = execution;
    this.iterations = iterations;
    this.states = Math.max(0, node.inputs().size() - 2);
  }

  /** Whether it was made for these constants. */
  boolean has(Map<String, Tensor> others) {
    return constants.equals(others);
  }

  /**
   * Runs all iterations.
   *
   * @param operands what the node and its body read from around it, by name
   * @return the node's outputs by name, in memory of their own
   * @throws Fp8simException (input) if it does not end, or values do not fit together
   */
  Map<String, Tensor> run(Map<String, Tensor> operands) {
    iterations.enter();
    try {
      return runAll(operands);
    } finally {
      iterations.leave();
    }
  }

  private Map<String, Tensor> runAll(Map<String, Tensor> operands) {
    long trips =
        node.hasInput(0)
            ? ControlValues.iterations(operand(operands, node.input(0)), this::error)
            : Long.MAX_VALUE;
    boolean goesOn =
        !node.hasInput(1) || ControlValues.isTrue(operand(operands, node.input(1)), this::error);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (String read : Subgraphs.reads(body)) {
      if (!constants.containsKey(read)) {
        inputs.put(read, operand(operands, read));
      }
    }
    for (int i = 0; i < states; i++) {
      inputs.put(body.inputs().get(2 + i), operand(operands, node.input(2 + i)));
    }
    List<List<Tensor>> rows = new ArrayList<>();
    for (int i = 1 + states; i < body.outputs().size(); i++) {
      rows.add(new ArrayList<>());
    }
    for (int i = 0; i < trips && goesOn; i++) {
      if (!iterations.next()) {
        throw error(iterations.problem() + ", which is not supported");
      }
      List<Tensor> yields = iterate(i, inputs);
      goesOn = ControlValues.isTrue(yields.getFirst(), this::error);
      takeStates(inputs, yields);
      for (int j = 0; j < rows.size(); j++) {
        rows.get(j).add(yields.get(1 + states + j));
      }
    }
    return outputs(inputs, rows);
  }

  private static Tensor operand(Map<String, Tensor> operands, String name) {
    return Objects.requireNonNull(operands.get(name));
  }

  /** What the body yields, in memory of their own. */
  private List<Tensor> iterate(int number, Map<String, Tensor> inputs) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    Tensor yes = Tensor.zeros(DataType.BOOL, Shape.SCALAR);
    yes.data().set(Tensor.BYTE, 0, (byte) 1);
    all.put(body.inputs().get(0), Tensor.ofLongs(Shape.SCALAR, number));
    all.put(body.inputs().get(1), yes);
    all.putAll(inputs);
    List<Form> forms = all.values().stream().map(Form::of).toList();
    Map<String, Tensor> yields = bodies.computeIfAbsent(forms, form -> compiled(all)).run(all);
    return body.outputs().stream()
        .map(name -> Objects.requireNonNull(yields.get(name)).copy())
        .toList();
  }

  private Sessions compiled(Map<String, Tensor> inputs) {
    List<GraphInput> declared = new ArrayList<>();
    inputs.forEach(
        (name, tensor) ->
            declared.add(
                new GraphInput(
                    name,
                    tensor.type(),
                    Collections.nCopies(tensor.shape().rank(), new GraphInput.Dimension(-1, "")))));
    Set<String> outputs = new LinkedHashSet<>(body.outputs());
    Graph graph =
        new Graph(model, declared, List.copyOf(outputs), body.nodes(), constants, Map.of());
    Compiler compiler = new Compiler(graph, Numerics.float32(floatMath), execution.workers());
    return new Sessions(
        compiler,
        new CompileOptions(Ranges.NONE, Map.of(), List.of(), Purpose.INFERENCE),
        execution,
        iterations);
  }

  private void takeStates(Map<String, Tensor> inputs, List<Tensor> yields) {
    for (int i = 0; i < states; i++) {
      String name = body.inputs().get(2 + i);
      DataType before = operand(inputs, name).type();
      DataType after = yields.get(1 + i).type();
      if (before != after) {
        throw error(
            "its value %d is %s before an iteration and %s behind it".formatted(i, before, after));
      }
      inputs.put(name, yields.get(1 + i));
    }
  }

  private Map<String, Tensor> outputs(Map<String, Tensor> inputs, List<List<Tensor>> rows) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < states; i++) {
      put(outputs, i, operand(inputs, body.inputs().get(2 + i)));
    }
    for (int i = 0; i < rows.size(); i++) {
      List<Tensor> own = rows.get(i);
      boolean none = own.isEmpty();
      Tensor row = none ? iterate(0, inputs).get(1 + states + i) : own.getFirst();
      put(outputs, states + i, stack(row, own));
    }
    return outputs;
  }

  private void put(Map<String, Tensor> outputs, int output, Tensor tensor) {
    String name = node.outputs().get(output);
    if (!name.isEmpty()) {
      outputs.put(name, tensor);
    }
  }

  /**
   * Rows along a new first axis.
   *
   * @param like one of them, or one as they would be
   */
  private Tensor stack(Tensor like, List<Tensor> rows) {
    int[] dims = new int[like.shape().rank() + 1];
    dims[0] = rows.size();
    System.arraycopy(like.shape().dims(), 0, dims, 1, like.shape().rank());
    long bytes = like.data().byteSize();
    if (bytes * rows.size() > Integer.MAX_VALUE * (long) like.type().bytes()) {
      throw error("its rows are more than 2^31-1 elements");
    }
    Tensor all = Tensor.zeros(like.type(), Shape.of(dims));
    for (int i = 0; i < rows.size(); i++) {
      Tensor row = rows.get(i);
      if (row.type() != like.type() || !row.shape().equals(like.shape())) {
        throw error("its rows have shapes %s and %s".formatted(like.shape(), row.shape()));
      }
      all.data().asSlice(i * bytes, bytes).copyFrom(row.data());
    }
    return all;
  }

  private Fp8simException error(String what) {
    return Fp8simException.input("%s: %s: %s".formatted(model, node.describe(), what));
  }

  @Override
  public void close() {
    bodies.values().forEach(Sessions::close);
    bodies.clear();
  }
}
