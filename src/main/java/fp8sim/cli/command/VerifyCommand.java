package fp8sim.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.option.RuntimeOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.Progress;
import fp8sim.common.UserPath;
import fp8sim.conformance.BackendTestCase;
import fp8sim.conformance.BackendTestCase.Outcome;
import fp8sim.conformance.BackendTestCase.Status;
import fp8sim.engine.Backends;
import fp8sim.numerics.Numerics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code verify}: ONNX backend test cases. */
public final class VerifyCommand implements Command {
  @Override
  public String name() {
    return "verify";
  }

  @Override
  public String summary() {
    return "run test cases of the ONNX backend test suite";
  }

  @Override
  public String operands() {
    return "DIR...";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(RuntimeOptions.SECTION);
  }

  @Override
  public List<String> examples() {
    return List.of("fp8sim verify onnx-node", "fp8sim verify onnx-node/test_relu --backend cpu");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    List<String> folders = invocation.arguments().operands();
    if (folders.isEmpty()) {
      throw Fp8simException.usage("verify: name at least one folder with test cases");
    }
    List<BackendTestCase> tests = new ArrayList<>();
    folders.forEach(folder -> tests.addAll(BackendTestCase.find(UserPath.of(name(), folder))));
    Backends.Choice backend = RuntimeOptions.backend(invocation);
    int threads = RuntimeOptions.threads(invocation.arguments());
    List<Outcome> outcomes = new ArrayList<>();
    try (Progress.Meter meter = invocation.progress().start("verify", tests.size())) {
      for (BackendTestCase test : tests) {
        outcomes.add(test.run(Numerics.FLOAT32, backend, threads));
        meter.advance(1);
      }
    }
    invocation.result().ranOn(backend.backend().name(), backend.device());
    return report(invocation, outcomes);
  }

  private static ExitCode report(Invocation invocation, List<Outcome> outcomes) {
    JsonArray cases = new JsonArray();
    for (Outcome outcome : outcomes) {
      JsonObject json = new JsonObject();
      json.addProperty("name", outcome.name());
      json.addProperty("status", outcome.status().name().toLowerCase(Locale.ROOT));
      json.addProperty("detail", outcome.detail());
      cases.add(json);
      if (outcome.status() != Status.PASSED) {
        invocation
            .out()
            .println(
                outcome.status().name().toLowerCase(Locale.ROOT)
                    + " "
                    + outcome.name()
                    + ": "
                    + outcome.detail());
      }
    }
    long passed = count(outcomes, Status.PASSED);
    long failed = count(outcomes, Status.FAILED);
    long skipped = count(outcomes, Status.SKIPPED);
    invocation.result().put("passed", passed);
    invocation.result().put("failed", failed);
    invocation.result().put("skipped", skipped);
    invocation.result().put("cases", cases);
    invocation.out().println("%d passed, %d failed, %d skipped".formatted(passed, failed, skipped));
    return failed == 0 ? ExitCode.SUCCESS : ExitCode.CHECK_FAILED;
  }

  private static long count(List<Outcome> outcomes, Status status) {
    return outcomes.stream().filter(outcome -> outcome.status() == status).count();
  }
}
