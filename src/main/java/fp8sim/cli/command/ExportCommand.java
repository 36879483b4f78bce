package fp8sim.cli.command;

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
import fp8sim.common.JsonFile;
import fp8sim.common.Notes;
import fp8sim.common.OptionNames;
import fp8sim.common.OutputFile;
import fp8sim.engine.Blueprint;
import fp8sim.exchange.Dialect;
import fp8sim.exchange.ExportTarget;
import fp8sim.exchange.NetworkExport;
import fp8sim.model.Model;
import fp8sim.model.ModelCard;
import fp8sim.numerics.Numerics;
import fp8sim.onnx.OnnxWriter;
import fp8sim.run.CalibrationSpec;
import fp8sim.run.Preparation;
import fp8sim.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code export}: a network with its quantizers as an ONNX file. */
public final class ExportCommand implements Command {
  private static final CliOption OUTPUT =
      CliOption.outputFile("output", "NET.onnx", "where the network goes").mandatory();
  private static final CliOption DIALECT =
      CliOption.choice(
              "dialect",
              "how quantizers are written: on ONNX's element types, or as QONNX's operators, which"
                  + " any format has",
              "onnx",
              "qonnx")
          .withDefault("onnx");
  private static final CliOption OPSET =
      CliOption.value(
              "opset",
              "N",
              "the newest opset of ONNX that the file may need, %d to %d; FP4 is new in 23"
                  .formatted(OnnxWriter.LEAST_OPSET, OnnxWriter.NEWEST_OPSET))
          .withDefault(Integer.toString(OnnxWriter.NEWEST_OPSET));
  private static final CliOption EXTERNAL =
      CliOption.flag("external-data", "put large constants into NET.onnx.data beside it");
  private static final CliOption SHAPE =
      CliOption.value(
              "shape",
              "[NAME=]DxDx..",
              "the shape of an input whose dynamic dimensions cannot be small")
          .repeated();

  @Override
  public String name() {
    return "export";
  }

  @Override
  public String summary() {
    return "write a network with its quantizers as an ONNX file";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(
        ModelOptions.SECTION,
        OptionSection.of("Output", OUTPUT, DIALECT, OPSET, EXTERNAL, SHAPE),
        NumericsOptions.SECTION,
        CalibrationOptions.SECTION,
        RuntimeOptions.SECTION);
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim export --model fashion-resnet --format int8 --output resnet-int8.onnx",
        "fp8sim export --model net.onnx --format ofp8-e4m3 --ranges ranges.json --output out.onnx");
  }

  /** The files of one call; all but the network's are null where they are not written. */
  private record Outputs(Path network, @Nullable Path data, @Nullable Path card) {}

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Model model = ModelOptions.open(invocation);
    Outputs files = outputs(arguments, model);
    ExportTarget target = target(arguments);
    Numerics numerics = NumericsOptions.read(arguments);
    int threads = RuntimeOptions.threads(arguments);
    Blueprint bare = Blueprint.of(model, numerics, RuntimeOptions.backend(invocation), threads);
    CalibrationSpec calibration =
        CalibrationOptions.read(arguments, numerics, ModelOptions.cardDataset(model));
    calibration.files().forEach(invocation.result()::addInput);
    Notes notes = new Notes(invocation::note);
    Preparation preparation = new Preparation(model, calibration, threads);
    Preparation.Prepared prepared = preparation.prepare(bare, notes, invocation.progress());
    prepared.nonFinite().describe().ifPresent(invocation::note);
    NetworkExport export =
        new NetworkExport(
            prepared.network(), target, shapes(arguments, bare), metadata(model, numerics));
    OnnxWriter.Content content = export.content();
    notes.add(export.notes());
    write(files, content, model, numerics);
    invocation.result().ranOn(bare.backend(), bare.device().name());
    report(invocation, content, files);
    return ExitCode.SUCCESS;
  }

  private static ExportTarget target(Arguments arguments) {
    int opset = arguments.integer(OPSET.name(), OnnxWriter.LEAST_OPSET);
    if (opset > OnnxWriter.NEWEST_OPSET) {
      throw Fp8simException.usage(
          "--opset %d: the newest is %d".formatted(opset, OnnxWriter.NEWEST_OPSET));
    }
    Dialect dialect = OptionNames.parse(Dialect.class, "dialect", arguments.get(DIALECT.name()));
    return new ExportTarget(dialect, opset);
  }

  /** The files to be written, which are looked at before any work. */
  private static Outputs outputs(Arguments arguments, Model model) {
    Path network = arguments.path(OUTPUT.name());
    boolean isFile = !OutputFile.isStandardOutput(network) && !OutputFile.isSpecial(network);
    Map<String, Path> more = new LinkedHashMap<>();
    Path data = null;
    if (arguments.has(EXTERNAL.name())) {
      if (!isFile) {
        throw Fp8simException.usage("--external-data needs an --output that is a file");
      }
      data = network.resolveSibling(network.getFileName() + ".data");
      more.put("--external-data", data);
    }
    Path card = model.card() == null || !isFile ? null : ModelCard.fileBeside(network);
    if (card != null) {
      more.put("--output: the card", card);
      if (Files.exists(card) && !ModelCard.isCard(card)) {
        throw Fp8simException.usage(
            "--output %s: its card would replace %s, which is no card; choose another name"
                .formatted(network, card));
      }
    }
    more.forEach((owner, file) -> ModelOptions.refuseOverwriting(owner, file, model));
    OutputOptions.check(arguments, more);
    return new Outputs(network, data, card);
  }

  private static void write(
      Outputs files, OnnxWriter.Content content, Model model, Numerics numerics) {
    Map<Path, OutputFile.Content> all = OnnxWriter.files(files.network(), files.data(), content);
    if (files.card() != null && model.card() != null) {
      String origin =
          "exported by fp8sim from %s with %s".formatted(model.card().model(), numerics.describe());
      String name = String.valueOf(files.network().getFileName());
      String card = JsonFile.format(model.card().derived(name, origin));
      all.put(files.card(), stream -> stream.write(card.getBytes(StandardCharsets.UTF_8)));
    }
    OutputFile.writeAll(all);
  }

  private static Map<String, Shape> shapes(Arguments arguments, Blueprint network) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (String text : arguments.list(SHAPE.name())) {
      int equals = text.lastIndexOf('=');
      boolean isOnly = equals < 0 && network.inputs().size() == 1;
      if (equals < 1 && !isOnly) {
        throw Fp8simException.usage(
            "--shape %s: name the input, one of %s, as in --shape NAME=1x3x224x224"
                .formatted(text, network.inputNames()));
      }
      String name = isOnly ? network.inputNames().getFirst() : text.substring(0, equals);
      if (shapes.put(name, shape(text, text.substring(equals + 1))) != null) {
        throw Fp8simException.usage("--shape %s: the input is named twice".formatted(text));
      }
    }
    return shapes;
  }

  private static Shape shape(String text, String dims) {
    String[] numbers = dims.split("x", -1);
    int[] sizes = new int[numbers.length];
    try {
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = Integer.parseInt(numbers[i]);
      }
      return Shape.of(sizes);
    } catch (IllegalArgumentException e) {
      throw new Fp8simException(
          ExitCode.USAGE, "--shape %s: is no shape such as 1x3x224x224".formatted(text), e);
    }
  }

  /** Nothing that differs from run to run. */
  private static Map<String, String> metadata(Model model, Numerics numerics) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("fp8sim.numerics", numerics.describe());
    metadata.put("fp8sim.model", model.hash());
    return metadata;
  }

  private static void report(Invocation invocation, OnnxWriter.Content content, Outputs files) {
    int nodes = content.graph().nodes().size();
    invocation.out().printf("%d nodes in %s%n", nodes, files.network());
    invocation.result().put("nodes", nodes);
    invocation.result().put("output", files.network().toString());
    if (files.data() != null) {
      invocation.out().printf("constants in %s%n", files.data());
      invocation.result().put("externalData", files.data().toString());
    }
    if (files.card() != null) {
      invocation.out().printf("card in %s%n", files.card());
      invocation.result().put("card", files.card().toString());
    }
  }
}
