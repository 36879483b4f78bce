package fp8sim.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.analysis.QuantizationAdvice;
import fp8sim.analysis.QuantizerEffect;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.frame.Result;
import fp8sim.cli.frame.TextTable;
import fp8sim.cli.option.CalibrationOptions;
import fp8sim.cli.option.ModelOptions;
import fp8sim.cli.option.NumericsOptions;
import fp8sim.cli.option.ProductCheck;
import fp8sim.common.ExitCode;
import fp8sim.common.Notes;
import fp8sim.common.OutputFile;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.engine.Inspection;
import fp8sim.engine.LayerInfo;
import fp8sim.engine.QuantizerInfo;
import fp8sim.graph.TensorType;
import fp8sim.model.Model;
import fp8sim.plan.Plan;
import fp8sim.quant.CalibratedRange;
import fp8sim.run.CalibrationSpec;
import fp8sim.run.Preparation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code inspect}: what a network consists of. */
public final class InspectCommand implements Command {
  private static final CliOption DOT =
      CliOption.outputFile("dot", "FILE", "write the graph for Graphviz");

  @Override
  public String name() {
    return "inspect";
  }

  @Override
  public String summary() {
    return "layers, shapes, multiplications, parameters and memory of a network";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(
        ModelOptions.SECTION,
        OptionSection.of("Output", DOT),
        NumericsOptions.SECTION,
        OptionSection.of("Ranges", CalibrationOptions.RANGES));
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim inspect --model fashion-vit",
        "fp8sim inspect --model fashion-vit --format e4m3 --quantize-extra attention",
        "fp8sim inspect --model net.onnx --dot net.dot");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Model model = ModelOptions.open(invocation);
    Backends.Choice backend = Backends.choose("cpu");
    Blueprint bare = Blueprint.of(model, NumericsOptions.read(arguments), backend, 1);
    CalibrationSpec ranges =
        CalibrationSpec.ofRanges(arguments.findPath(CalibrationOptions.RANGES.name()).orElse(null));
    ranges.files().forEach(invocation.result()::addInput);
    Blueprint network =
        new Preparation(model, ranges, 1).withRangesOfFile(bare, new Notes(invocation::note));
    Inspection inspection = Inspection.of(network);
    inspection.notes().forEach(invocation::note);
    QuantizationAdvice advice =
        new QuantizationAdvice(network.numerics(), QuantizerEffect.of(inspection));
    Stream.of(advice.clipping(), advice.operandNoise(inspection.multiplyingLayers()))
        .flatMap(Optional::stream)
        .forEach(line -> invocation.note(line.text()));
    arguments
        .findPath(DOT.name())
        .ifPresent(file -> OutputFile.write(file, DotGraph.of(inspection.graph())));
    Plan plan = inspection.plan();
    Map<String, String> kernels = network.productKernels();
    print(invocation, inspection, plan);
    printKernels(invocation, kernels);
    ProductCheck.resultFormat(network.numerics()).ifPresent(invocation.out()::println);
    addResult(invocation.result(), inspection, plan);
    JsonObject ofSteps = new JsonObject();
    kernels.forEach(ofSteps::addProperty);
    invocation.result().put("kernels", ofSteps);
    return ExitCode.SUCCESS;
  }

  private static void print(Invocation invocation, Inspection inspection, Plan plan) {
    TextTable table =
        new TextTable("layer", "operator", "input", "output", "MACs", "parameters", "multiplier");
    for (LayerInfo layer : inspection.layers()) {
      table.row(
          layer.name(),
          layer.operator(),
          shapes(layer.inputs()),
          layer.output().shape().toString(),
          layer.macs() == 0 ? "" : Long.toString(layer.macs()),
          layer.parameters() == 0 ? "" : Long.toString(layer.parameters()),
          layer.macs() == 0 ? "" : inspection.multiplier(layer));
    }
    invocation.out().print(table.alignRight(4, 5));
    if (!inspection.quantizers().isEmpty()) {
      invocation.out().println();
      printQuantizers(invocation, inspection);
    }
    invocation
        .out()
        .printf(
            Locale.ROOT,
            "%d layers, %.1f million MACs, %d parameters, %d steps in %.1f KiB of memory"
                + " (every dynamic dimension is 1)%n",
            inspection.layers().size(),
            inspection.macs() / 1e6,
            inspection.parameters(),
            plan.steps().size(),
            plan.arenaBytes() / 1024.0);
  }

  private static void printKernels(Invocation invocation, Map<String, String> kernels) {
    if (!kernels.isEmpty()) {
      TextTable table = new TextTable("layer", "multiplied by");
      kernels.forEach(table::row);
      invocation.out().println();
      invocation.out().print(table);
    }
  }

  private static void printQuantizers(Invocation invocation, Inspection inspection) {
    TextTable table = new TextTable("layer", "quantizer", "kind", "format", "range", "bias");
    inspection
        .quantizers()
        .forEach(
            (layer, quantizers) -> {
              for (QuantizerInfo quantizer : quantizers) {
                CalibratedRange range = quantizer.range();
                table.row(
                    layer.toString(),
                    quantizer.id() + (quantizer.inserted() ? " (inserted)" : ""),
                    quantizer.kind(),
                    quantizer.format(),
                    range == null ? "not calibrated" : QuantizerTexts.range(range),
                    range == null ? "" : QuantizerTexts.bias(range));
              }
            });
    invocation.out().print(table);
    invocation.out().println();
  }

  private static JsonArray quantizers(List<QuantizerInfo> quantizers) {
    JsonArray array = new JsonArray();
    for (QuantizerInfo quantizer : quantizers) {
      JsonObject json = new JsonObject();
      json.addProperty("name", quantizer.id().toString());
      json.addProperty("kind", quantizer.kind());
      json.addProperty("format", quantizer.format());
      json.addProperty("inserted", quantizer.inserted());
      CalibratedRange range = quantizer.range();
      if (range != null) {
        json.addProperty("range", QuantizerTexts.range(range));
        json.addProperty("bias", QuantizerTexts.bias(range));
      }
      array.add(json);
    }
    return array;
  }

  private static String shapes(List<TensorType> types) {
    return types.stream().map(type -> type.shape().toString()).collect(Collectors.joining(", "));
  }

  private static void addResult(Result result, Inspection inspection, Plan plan) {
    JsonArray layers = new JsonArray();
    for (LayerInfo layer : inspection.layers()) {
      JsonObject json = new JsonObject();
      json.addProperty("name", layer.name());
      json.addProperty("operator", layer.operator());
      JsonArray inputs = new JsonArray();
      layer.inputs().forEach(type -> inputs.add(type.shape().toString()));
      json.add("inputs", inputs);
      json.addProperty("output", layer.output().shape().toString());
      json.addProperty("macs", layer.macs());
      json.addProperty("parameters", layer.parameters());
      if (layer.macs() > 0) {
        json.addProperty("multiplier", inspection.multiplier(layer));
      }
      json.add("quantizers", quantizers(inspection.quantizers(layer)));
      layers.add(json);
    }
    result.put("layers", layers);
    result.put("macs", inspection.macs());
    result.put("parameters", inspection.parameters());
    result.put("arenaBytes", plan.arenaBytes());
  }
}
