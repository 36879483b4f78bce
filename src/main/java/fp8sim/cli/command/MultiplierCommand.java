package fp8sim.cli.command;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.frame.OutputOptions;
import fp8sim.cli.frame.Result;
import fp8sim.cli.frame.TextTable;
import fp8sim.cli.option.ProductSettingOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.OptionNames;
import fp8sim.common.OutputFile;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.measure.ErrorMeasures;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.multiplier.user.TableDialect;
import fp8sim.multiplier.user.TableWriter;
import fp8sim.npy.Npy;
import fp8sim.report.Heatmap;
import fp8sim.report.RelativeErrors;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code multiplier}: error measures, table and picture of a product model. */
public final class MultiplierCommand implements Command {
  private static final CliOption LIST =
      CliOption.flag("list", "only list all multipliers, dialects of tables and files");
  private static final CliOption TABLE =
      CliOption.outputFile(
          "table", "FILE.npy", "write the product of every pair of codes, float32");
  private static final CliOption HEATMAP =
      CliOption.outputFile("heatmap", "FILE.png", "draw the signed relative error of every pair");

  private static final CliOption CONVERT =
      CliOption.value(
          "convert", "DIALECT", "write the products as a table of a dialect to --output, instead");
  private static final CliOption OUTPUT =
      CliOption.outputFile("output", "FILE", "where --convert writes");

  @Override
  public String name() {
    return "multiplier";
  }

  @Override
  public String summary() {
    return "measure how wrong a multiplier is, over all pairs of codes";
  }

  @Override
  public String operands() {
    return "P";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(
        ProductSettingOptions.OPTIONAL_SECTION,
        OptionSection.of("Output", LIST, TABLE, HEATMAP, CONVERT, OUTPUT));
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim multiplier --list",
        "fp8sim multiplier mitchell --format e4m3",
        "fp8sim multiplier drum:k=4 --format int8 --unsigned",
        "fp8sim multiplier adder:compensation=3 --format e3m4 --heatmap adder.png",
        "fp8sim multiplier drum:k=3 --format e4m3 --bias-b 9 --round-products --table drum.npy",
        "fp8sim multiplier table:file=mul8s_1KV8.bin --format int8 --convert memh --output m.memh");
  }

  @Override
  public String details() {
    return MultiplierGuide.text();
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    if (arguments.has(LIST.name())) {
      invocation.out().print(MultiplierGuide.text());
      invocation.result().put("multipliers", MultiplierGuide.json());
      return ExitCode.SUCCESS;
    }
    if (arguments.operands().size() != 1) {
      String models =
          String.join(", ", Multipliers.ALL.stream().map(entry -> entry.name()).toList());
      throw Fp8simException.usage("multiplier: name one multiplier, such as one of " + models);
    }
    Optional<Path> table = arguments.findPath(TABLE.name());
    Optional<Path> heatmap = arguments.findPath(HEATMAP.name());
    Optional<TableDialect> dialect = dialect(arguments);
    Multiplier model = Multipliers.parse(arguments.operands().getFirst());
    List<ProductSetting> settings = new ProductSettingOptions(arguments).read(model);
    if (settings.size() != 1) {
      throw Fp8simException.usage("multiplier: --bias-b takes one bias here");
    }
    ProductSetting setting = settings.getFirst();
    if (dialect.isPresent()) {
      convert(invocation, new TableWriter(dialect.get(), model, setting));
      return ExitCode.SUCCESS;
    }
    boolean integers = setting.result() == null;
    int bits = setting.a().codeBits() + setting.w().codeBits();
    report(invocation, ErrorMeasures.of(model, setting), integers ? 1L << bits : 0);
    table.ifPresent(file -> writeTable(file, ProductTable.tabulate(model, setting)));
    heatmap.ifPresent(
        file ->
            new Heatmap(
                    arguments.operands().getFirst(),
                    RelativeErrors.of(setting, ProductTable.tabulate(model, setting)))
                .write(file));
    return ExitCode.SUCCESS;
  }

  /** The dialect of {@code --convert}, whose files could be written. */
  private static Optional<TableDialect> dialect(Arguments arguments) {
    Optional<TableDialect> dialect =
        arguments
            .find(CONVERT.name())
            .map(name -> OptionNames.parse(TableDialect.class, "--" + CONVERT.name(), name));
    Optional<Path> output = arguments.findPath(OUTPUT.name());
    if (dialect.isPresent() != output.isPresent()) {
      throw Fp8simException.usage("multiplier: --convert and --output need each other");
    }
    if (dialect.isPresent()) {
      arguments.refuse("is not written beside --convert", TABLE);
      arguments.refuse("is not drawn beside --convert", HEATMAP);
      TableWriter.manifest(dialect.get(), output.orElseThrow())
          .ifPresent(manifest -> checkManifest(arguments, output.orElseThrow(), manifest));
    }
    return dialect;
  }

  private static void checkManifest(Arguments arguments, Path output, Path manifest) {
    if (OutputFile.isStandardOutput(output)) {
      throw Fp8simException.usage(
          "--output " + output + ": a manifest is written beside the table; name a file");
    }
    OutputOptions.check(arguments, Map.of("the manifest of --output", manifest));
  }

  private static void convert(Invocation invocation, TableWriter writer) {
    Path file = invocation.arguments().path(OUTPUT.name());
    String specification = writer.write(file);
    invocation.result().put("output", file.toString());
    invocation.result().put("specification", specification);
    invocation.out().println("to read it: --multiplier " + specification);
  }

  private static void writeTable(Path file, ProductTable products) {
    Shape shape = Shape.of(1 << products.bitsA(), 1 << products.bitsW());
    Npy.write(file, Tensor.ofFloats(shape, products.floats()));
  }

  /**
   * Prints the measures.
   *
   * @param outputs number of outputs of an integer multiplier, {@code 2^(bits of both operands)},
   *     which EvoApproxLib's percentages refer to; 0 for minifloats
   */
  private static void report(Invocation invocation, ErrorMeasures measures, long outputs) {
    TextTable text = new TextTable("measure", "value").alignRight(1);
    Result result = invocation.result();
    row(text, result, "pairs", "pairs in range", measures.pairs().inRange());
    row(text, result, "zeroPairs", "of them with a zero", measures.pairs().withZero());
    row(text, result, "zeroErrors", "zeros with a product", measures.pairs().zeroErrors());
    row(text, result, "meanError", "mean error (signed)", measures.distance().mean());
    row(
        text,
        result,
        "meanAbsoluteError",
        "mean |error| (MAE)",
        measures.distance().meanAbsolute());
    row(text, result, "worstError", "worst |error| (WCE)", measures.distance().worst());
    row(
        text,
        result,
        "meanSquaredError",
        "mean squared error (MSE)",
        measures.distance().meanSquared());
    row(text, result, "nmed", "NMED", measures.distance().normalized());
    if (outputs > 0) {
      row(text, result, "maePercent", "MAE %", 100 * measures.distance().meanAbsolute() / outputs);
      row(text, result, "wcePercent", "WCE %", 100 * measures.distance().worst() / outputs);
    }
    row(
        text,
        result,
        "meanSignedRelativeError",
        "mean signed relative error (bias)",
        measures.relative().meanSigned());
    row(
        text,
        result,
        "meanRelativeError",
        "mean relative error (MRED)",
        measures.relative().mean());
    row(text, result, "maxRelativeError", "worst relative error (WCRE)", measures.relative().max());
    row(
        text,
        result,
        "errorProbability",
        "error probability (EP)",
        measures.distance().probability());
    row(text, result, "errorRate", "error rate after rounding", measures.rounded().errorRate());
    row(text, result, "kappa", "kappa (steps)", measures.rounded().kappa());
    row(text, result, "correctlyRounded", "correctly rounded", measures.rounded().correct());
    row(text, result, "faithfullyRounded", "faithfully rounded", measures.rounded().faithful());
    row(text, result, "overflowPairs", "pairs that overflow", measures.pairs().overflow());
    row(text, result, "underflowPairs", "pairs that underflow", measures.pairs().underflow());
    invocation.out().print(text);
  }

  private static void row(TextTable text, Result result, String key, String label, Number value) {
    result.put(key, value);
    text.row(
        label,
        value instanceof Double number ? String.format(Locale.ROOT, "%.6g", number) : "" + value);
  }
}
