package fp8sim.conformance;

import fp8sim.common.Fp8simException;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Models;
import fp8sim.engine.Network;
import fp8sim.numerics.Numerics;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A test case laid out as in the ONNX backend test suite: a folder with {@code model.onnx} and
 * {@code test_data_set_N} folders with {@code input_I.pb} and {@code output_I.pb}.
 */
public record BackendTestCase(Path folder) {
  /** The suite's own tolerances. */
  private static final double RELATIVE = 1e-3;

  private static final double ABSOLUTE = 1e-7;

  /** What became of a case. */
  public enum Status {
    PASSED,
    FAILED,
    SKIPPED
  }

  /**
   * The outcome of one case.
   *
   * @param detail one line; empty if the case passed
   */
  public record Outcome(String name, Status status, String detail) {}

  /**
   * All cases below a folder, which may itself be one, by name.
   *
   * @throws Fp8simException (input) if there are none
   */
  public static List<BackendTestCase> find(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<BackendTestCase> cases =
          files
              .filter(file -> file.endsWith("model.onnx"))
              .map(file -> new BackendTestCase(file.toAbsolutePath().resolveSibling("")))
              .sorted((a, b) -> a.folder.compareTo(b.folder))
              .toList();
      if (cases.isEmpty()) {
        throw Fp8simException.input(folder + ": no folder with a model.onnx in it");
      }
      return cases;
    } catch (IOException e) {
      throw Fp8simException.input(folder + ": cannot be read: " + e.getMessage());
    }
  }

  public String name() {
    return folder.getFileName().toString();
  }

  /** Runs the case; a case without data is skipped. Never throws for what the case does wrong. */
  public Outcome run(Numerics numerics, Backends.Choice backend, int threads) {
    try {
      List<Path> sets = children("test_data_set_");
      if (sets.isEmpty()) {
        return new Outcome(name(), Status.SKIPPED, "no test_data_set folder");
      }
      Path model = folder.resolve("model.onnx");
      Blueprint blueprint = Blueprint.of(Models.openWithoutCard(model), numerics, backend, threads);
      try (Network network = blueprint.open()) {
        for (Path set : sets) {
          String difference = difference(network, set);
          if (!difference.isEmpty()) {
            String where = set.getFileName() + ": " + difference;
            return new Outcome(name(), Status.FAILED, where);
          }
        }
      }
      return new Outcome(name(), Status.PASSED, "");
    } catch (Fp8simException | IOException e) {
      return new Outcome(name(), Status.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private static String difference(Network network, Path set) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    List<String> declared = network.blueprint().inputNames();
    for (int i = 0; i < declared.size(); i++) {
      Path file = set.resolve("input_" + i + ".pb");
      inputs.put(declared.get(i), Models.readTensor(file));
    }
    Map<String, Tensor> outputs = network.run(inputs);
    List<String> names = network.blueprint().outputs();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Tensor actual = outputs.get(name);
      Tensor expected = Models.readTensor(set.resolve("output_" + i + ".pb"));
      String difference =
          actual == null
              ? "not computed"
              : Closeness.difference(actual, expected, RELATIVE, ABSOLUTE);
      if (!difference.isEmpty()) {
        return "output \"" + name + "\": " + difference;
      }
    }
    return "";
  }

  private List<Path> children(String prefix) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.filter(file -> file.getFileName().toString().startsWith(prefix)).forEach(found::add);
    }
    found.sort(null);
    return found;
  }
}
