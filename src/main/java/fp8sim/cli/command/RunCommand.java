package fp8sim.cli.command;

import com.google.gson.JsonObject;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.frame.OutputOptions;
import fp8sim.cli.option.CalibrationOptions;
import fp8sim.cli.option.ModelOptions;
import fp8sim.cli.option.NumericsOptions;
import fp8sim.cli.option.RuntimeOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.Notes;
import fp8sim.common.OutputFile;
import fp8sim.common.UserPath;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Models;
import fp8sim.engine.Network;
import fp8sim.graph.GraphInput;
import fp8sim.model.Model;
import fp8sim.npy.Npy;
import fp8sim.numerics.Numerics;
import fp8sim.run.CalibrationSpec;
import fp8sim.run.Preparation;
import fp8sim.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code run}: one set of inputs through a network. */
public final class RunCommand implements Command {
  private static final CliOption INPUT =
      CliOption.value(
              "input", "[NAME=]FILE", "an input as .npy or .pb; without names in the model's order")
          .repeated()
          .mandatory();

  /** File systems allow 255 bytes, the ending included. */
  private static final int LONGEST_NAME = 240;

  private static final CliOption OUTPUT_DIR =
      CliOption.outputFolder("output-dir", "each output is written as DIR/NAME.npy").mandatory();

  @Override
  public String name() {
    return "run";
  }

  @Override
  public String summary() {
    return "feed files to a network and write its outputs";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(
        ModelOptions.SECTION,
        OptionSection.of("Inputs and outputs", INPUT, OUTPUT_DIR),
        NumericsOptions.SECTION,
        CalibrationOptions.SECTION,
        RuntimeOptions.SECTION);
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim run --model net.onnx --input x.npy --output-dir out",
        "fp8sim run --model encoder.onnx --input ids=ids.npy --input mask=mask.pb"
            + " --output-dir out");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Path folder = arguments.path(OUTPUT_DIR.name());
    Model model = ModelOptions.open(invocation);
    Backends.Choice backend = RuntimeOptions.backend(invocation);
    Numerics numerics = NumericsOptions.read(arguments);
    int threads = RuntimeOptions.threads(arguments);
    Blueprint bare = Blueprint.of(model, numerics, backend, threads);
    Map<String, Path> paths = files(folder, bare.outputs());
    OutputOptions.check(arguments, paths);
    Notes notes = new Notes(invocation::note);
    CalibrationSpec calibration = CalibrationOptions.read(arguments, numerics, null);
    calibration.files().forEach(invocation.result()::addInput);
    Preparation.Prepared prepared =
        new Preparation(model, calibration, threads).prepare(bare, notes, invocation.progress());
    try (Network network = prepared.network().open()) {
      Map<String, Tensor> outputs = network.run(inputs(invocation, bare));
      notes.add(network.notes());
      prepared.nonFinite().plus(network.nonFiniteValues()).describe().ifPresent(invocation::note);
      invocation.result().ranOn(bare.backend(), network.device().name());
      OutputFile.createFolder(folder);
      JsonObject files = new JsonObject();
      for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
        Path file = Objects.requireNonNull(paths.get(output.getKey()));
        Npy.write(file, output.getValue());
        files.addProperty(output.getKey(), file.toString());
        Tensor tensor = output.getValue();
        invocation.out().println(file + "  " + tensor.type() + " " + tensor.shape());
      }
      invocation.result().put("outputs", files);
    }
    return ExitCode.SUCCESS;
  }

  private static Map<String, Tensor> inputs(Invocation invocation, Blueprint network) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    int next = 0;
    for (String text : invocation.arguments().list(INPUT.name())) {
      int equals = text.indexOf('=');
      boolean named = equals > 0 && !Files.exists(UserPath.of("--input", text));
      String name = named ? text.substring(0, equals) : nameOf(network, next++);
      Path file = UserPath.of("--input", named ? text.substring(equals + 1) : text);
      if (!Files.isRegularFile(file)) {
        throw Fp8simException.input("--input " + text + ": no such file");
      }
      invocation.result().addInput(file);
      boolean protobuf = file.toString().endsWith(".pb");
      if (inputs.put(name, protobuf ? Models.readTensor(file) : Npy.read(file)) != null) {
        throw Fp8simException.usage("--input " + text + ": input \"" + name + "\" is given twice");
      }
    }
    return inputs;
  }

  private static String nameOf(Blueprint network, int index) {
    List<GraphInput> declared = network.inputs();
    if (index >= declared.size()) {
      throw Fp8simException.usage(
          "--input: the model has only %d inputs".formatted(declared.size()));
    }
    return declared.get(index).name();
  }

  /** A file for each output; where two would have one name, the later one gets a number. */
  private static Map<String, Path> files(Path folder, List<String> outputs) {
    Map<String, Path> files = new LinkedHashMap<>();
    for (String output : outputs) {
      String name = fileName(output);
      Path file = folder.resolve(name + ".npy");
      for (int i = 2; files.containsValue(file); i++) {
        file = folder.resolve(name + "-" + i + ".npy");
      }
      files.put(output, file);
    }
    return files;
  }

  /** An output's name with what file systems dislike replaced, and no longer than they allow. */
  private static String fileName(String output) {
    String name = output.replaceAll("[^A-Za-z0-9._-]", "_");
    String visible = name.startsWith(".") ? "_" + name : name;
    return visible.substring(0, Math.min(visible.length(), LONGEST_NAME));
  }
}
