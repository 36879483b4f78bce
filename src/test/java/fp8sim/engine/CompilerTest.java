package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.golden.StudyModels;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.pass.quantize.QuantizedGraph;
import fp8sim.plan.Step;
import fp8sim.quant.Ranges;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompilerTest {
  private static final Map<String, Tensor> INPUTS =
      Map.of("input", StudyModels.tensor("input.npy"));
  private static final Map<String, Shape> SHAPES =
      Map.of("input", StudyModels.tensor("input.npy").shape());

  private static Blueprint blueprint() {
    return Blueprint.of(
        OnnxModel.read(StudyModels.file("tiny_resnet.onnx")),
        NumericsParser.parse(Map.of("format", List.of("e3m4"), "multiplier", List.of("mitchell"))),
        Backends.choose("cpu"),
        1);
  }

  private static List<String> steps(Blueprint network) {
    return network.compile(SHAPES, Map.of()).plan().steps().stream()
        .map(CompilerTest::describe)
        .toList();
  }

  private static String describe(Step step) {
    return "%s %s %s %s"
        .formatted(step.name(), step.op(), step.outputs(), step.arithmetic() != null);
  }

  @Test
  void thePlanDependsOnItsArgumentsOnly() {
    Blueprint bare = blueprint();
    Ranges ranges = Calibrator.calibrated(bare, List.of(INPUTS)).ranges();
    List<String> first = steps(bare.withRanges(ranges));
    assertThat(first).anyMatch(step -> step.endsWith("true"));
    assertThat(steps(bare.withRanges(ranges).withTaps(List.of("logits")))).isEqualTo(first);
    assertThat(steps(bare.withRanges(ranges))).isEqualTo(first);
    assertThat(steps(blueprint().withRanges(ranges))).isEqualTo(first);
  }

  @Test
  void calibrationLeavesTheBlueprintAsItIs() {
    Blueprint bare = blueprint();
    Ranges ranges = Calibrator.calibrated(bare, List.of(INPUTS)).ranges();
    assertThat(bare.ranges()).isEqualTo(Ranges.NONE);
    assertThatThrownBy(() -> bare.compile(SHAPES, Map.of()))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining("has no range");
    assertThat(Calibrator.calibrated(bare, List.of(INPUTS)).ranges()).isEqualTo(ranges);
  }

  @Test
  void whatIsLookedAtAndWhatRunsIsPlacedOnce() {
    Blueprint network = Calibrator.calibrated(blueprint(), List.of(INPUTS));
    QuantizedGraph looked = network.quantize(SHAPES, Map.of());
    Blueprint tapped = network.withTaps(List.of(looked.graph().nodes().getFirst().output()));
    assertThat(tapped.compile(SHAPES, Map.of()).quantized()).isSameAs(looked);
  }
}
