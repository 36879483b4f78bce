package fp8sim.engine;

import fp8sim.graph.Node;
import fp8sim.pass.infer.Stage;
import fp8sim.pass.infer.Subgraphs;
import fp8sim.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the stages of one run have computed so far. Immutable. */
final class StageResults {
  private final List<String> outputs;
  private final List<String> taps;
  private final int stages;
  private final Map<String, Tensor> values;
  private final Map<String, Tensor> given;

  /**
   * Nothing yet.
   *
   * @param outputs of the network
   * @param taps values that runs return too
   */
  StageResults(List<String> outputs, List<String> taps) {
    this(outputs, taps, 0, Map.of(), Map.of());
  }

  private StageResults(
      List<String> outputs,
      List<String> taps,
      int stages,
      Map<String, Tensor> values,
      Map<String, Tensor> given) {
    this.outputs = outputs;
    this.taps = taps;
    this.stages = stages;
    this.values = values;
    this.given = given;
  }

  /** How many stages ran. */
  int stages() {
    return stages;
  }

  /** What the next stage is compiled for. */
  InputSignature signature(InputSignature inputs) {
    return stages == 0 ? inputs : inputs.with(values, given);
  }

  /** The inputs of the next stage. */
  Map<String, Tensor> with(Map<String, Tensor> inputs) {
    Map<String, Tensor> all = new LinkedHashMap<>(inputs);
    all.putAll(given);
    return all;
  }

  /**
   * The results after one more stage.
   *
   * @param computed the stage's outputs, whose memory may be used again
   */
  StageResults after(Stage stage, Map<String, Tensor> computed, DataNodes nodes) {
    Map<String, Tensor> nextValues = new LinkedHashMap<>(values);
    for (String value : stage.values()) {
      nextValues.put(value, Objects.requireNonNull(computed.get(value)).copy());
    }
    Map<String, Tensor> nextGiven = new LinkedHashMap<>(given);
    for (Node node : stage.nodes()) {
      Map<String, Tensor> operands = new LinkedHashMap<>();
      for (String read : Subgraphs.reads(node)) {
        Tensor constant = stage.constants().get(read);
        operands.put(
            read, constant == null ? Objects.requireNonNull(computed.get(read)).copy() : constant);
      }
      nextGiven.putAll(nodes.results(node, operands, stage.constants()));
    }
    return new StageResults(outputs, taps, stages + 1, nextValues, nextGiven);
  }

  /** The outputs of the last stage without those that are there for the stages only. */
  Map<String, Tensor> withoutOwn(Compiled last, Map<String, Tensor> all) {
    if (stages == 0) {
      return all;
    }
    Map<String, Tensor> asked = new LinkedHashMap<>(all);
    List<String> own = last.stage().graph().outputs();
    asked
        .keySet()
        .removeIf(name -> own.contains(name) && !outputs.contains(name) && !taps.contains(name));
    return asked;
  }
}
