package fp8sim.cli.command;

import com.google.gson.JsonObject;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.frame.TextTable;
import fp8sim.cli.option.CalibrationOptions;
import fp8sim.cli.option.ModelOptions;
import fp8sim.cli.option.NumericsOptions;
import fp8sim.cli.option.RuntimeOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.Notes;
import fp8sim.engine.Blueprint;
import fp8sim.eval.Calibration;
import fp8sim.model.Model;
import fp8sim.numerics.Numerics;
import fp8sim.quant.Ranges;
import fp8sim.quant.RangesFile;
import fp8sim.run.CalibrationSpec;
import fp8sim.run.NamedDataset;
import fp8sim.run.Preparation;
import java.nio.file.Path;
import java.util.List;

/** {@code calibrate}: ranges found once, for {@code --ranges} of other commands. */
public final class CalibrateCommand implements Command {
  private static final CliOption OUTPUT =
      CliOption.outputFile("output", "FILE.json", "where the ranges go").mandatory();

  @Override
  public String name() {
    return "calibrate";
  }

  @Override
  public String summary() {
    return "find the ranges of all quantizers once, for --ranges";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(
        ModelOptions.SECTION,
        CalibrationOptions.FINDING,
        OptionSection.of("Output", OUTPUT),
        NumericsOptions.SECTION,
        RuntimeOptions.SECTION);
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim calibrate --model fashion-resnet --format e4m3 --output ranges.json",
        "fp8sim eval --model fashion-resnet --format e4m3 --ranges ranges.json");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Path output = arguments.path(OUTPUT.name());
    Numerics numerics = NumericsOptions.read(arguments);
    if (!numerics.quantizes()) {
      throw Fp8simException.usage("nothing to calibrate: name a format, such as --format e4m3");
    }
    Model model = ModelOptions.open(invocation);
    int threads = RuntimeOptions.threads(arguments);
    Blueprint network = Blueprint.of(model, numerics, RuntimeOptions.backend(invocation), threads);
    Notes notes = new Notes(invocation::note);
    NamedDataset evaluated = ModelOptions.cardDataset(model);
    if (evaluated != null) {
      notes.add(model.notes(evaluated.description().name()));
    }
    CalibrationSpec calibration = CalibrationOptions.finding(arguments, evaluated, false);
    if (arguments.find(CalibrationOptions.CALIBRATION.name()).isPresent()) {
      calibration.files().forEach(invocation.result()::addInput);
    }
    Calibration.Found<Ranges> found =
        new Preparation(model, calibration, threads).calibrate(network, invocation.progress());
    notes.add(found.notes());
    notes.add(found.networkNotes());
    new RangesFile(model.hash(), found.value()).write(output);
    invocation.result().ranOn(network.backend(), network.device().name());
    report(invocation, found.value(), output);
    return ExitCode.SUCCESS;
  }

  private static void report(Invocation invocation, Ranges ranges, Path output) {
    TextTable table = new TextTable("quantizer", "kind", "channels", "range", "bias");
    JsonObject json = new JsonObject();
    ranges
        .byName()
        .forEach(
            (name, range) -> {
              table.row(
                  name,
                  range.kind().toString(),
                  Integer.toString(range.ranges().size()),
                  QuantizerTexts.range(range),
                  QuantizerTexts.bias(range));
              json.addProperty(name, QuantizerTexts.range(range));
            });
    invocation.out().print(table.alignRight(2));
    invocation.out().printf("%d quantizers in %s%n", ranges.byName().size(), output);
    invocation.result().put("quantizers", json);
    invocation.result().put("output", output.toString());
  }
}
