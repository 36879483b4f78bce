package fp8sim.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.golden.StudyModels;
import fp8sim.kernel.Backend;
import fp8sim.kernel.Device;
import fp8sim.kernel.DeviceMemoryException;
import fp8sim.kernel.Session;
import fp8sim.kernel.SessionOptions;
import fp8sim.numerics.NumericsParser;
import fp8sim.onnx.OnnxModel;
import fp8sim.plan.Plan;
import fp8sim.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches that a device's memory does not hold. */
class BatchPartsTest {
  private static final Tensor INPUT = StudyModels.tensor("input.npy");

  /** The backend {@code cpu} with room for a few samples. */
  private record SmallBackend(Backend cpu, int room, Map<Integer, Integer> compiled)
      implements Backend {
    SmallBackend(int room) {
      this(Backends.choose("cpu").backend(), room, new HashMap<>());
    }

    @Override
    public String name() {
      return "small";
    }

    @Override
    public List<Device> devices() {
      return cpu.devices();
    }

    @Override
    public String unusableReason() {
      return "";
    }

    @Override
    public boolean observes() {
      return false;
    }

    @Override
    public Session compile(Plan plan, SessionOptions options) {
      int samples = plan.inputs().values().iterator().next().shape().dim(0);
      if (samples > room) {
        throw new DeviceMemoryException("%d samples do not fit".formatted(samples), null);
      }
      compiled.merge(samples, 1, Integer::sum);
      return cpu.compile(plan, options);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"format=fp32", "format=e3m4 rounding=stochastic seed=3"})
  void partsGiveTheBitsOfTheWhole(String options) {
    float[] whole = logits(Backends.choose("cpu").backend(), options);
    for (int room : new int[] {1, 3, 7}) {
      assertThat(logits(new SmallBackend(room), options)).as("room " + room).isEqualTo(whole);
    }
  }

  @Test
  void partsAreHalvedUntilTheyFitAndStaySo() {
    SmallBackend backend = new SmallBackend(3);
    try (Network network = blueprint(backend, "format=fp32").open()) {
      network.compile(Map.of("input", INPUT));
      network.run(Map.of("input", INPUT));
      network.run(Map.of("input", INPUT));
    }
    assertThat(INPUT.shape().dim(0)).isEqualTo(8);
    assertThat(backend.compiled()).isEqualTo(Map.of(2, 1));
  }

  @Test
  void calibrationSeesWholeBatchesAgain() {
    Blueprint blueprint = blueprint(new SmallBackend(3), "format=e3m4");
    float[] first = logits(blueprint);
    assertThat(logits(blueprint)).isEqualTo(first);
  }

  @Test
  void oneSampleThatDoesNotFitIsAnError() {
    SmallBackend backend = new SmallBackend(0);
    assertThatThrownBy(() -> logits(backend, "format=fp32"))
        .isInstanceOf(DeviceMemoryException.class)
        .hasMessage("1 samples do not fit");
  }

  private static float[] logits(Backend backend, String options) {
    return logits(blueprint(backend, options));
  }

  private static float[] logits(Blueprint blueprint) {
    Map<String, Tensor> calibration = Map.of("input", StudyModels.tensor("calibration.npy"));
    try (Network network = Calibrator.calibrated(blueprint, List.of(calibration)).open()) {
      network.setSample(5);
      return network.run(Map.of("input", INPUT)).get("logits").toFloats();
    }
  }

  private static Blueprint blueprint(Backend backend, String options) {
    return Blueprint.of(
        OnnxModel.read(StudyModels.file("tiny_resnet.onnx")),
        NumericsParser.parse(QuantizedNetworkTest.parse(options)),
        new Backends.Choice(backend, ""),
        2);
  }
}
