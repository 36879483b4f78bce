package fp8sim.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import fp8sim.cli.command.MultiplierMeasures.Measure;
import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.frame.OutputOptions;
import fp8sim.cli.frame.TextTable;
import fp8sim.cli.option.ProductSettingOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.common.OptionNames;
import fp8sim.common.OutputFile;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.multiplier.measure.CodeDistribution;
import fp8sim.multiplier.model.Multipliers;
import fp8sim.multiplier.user.TableDialect;
import fp8sim.multiplier.user.TableWriter;
import fp8sim.npy.Npy;
import fp8sim.report.Heatmap;
import fp8sim.report.MultiplierPage;
import fp8sim.report.RelativeErrors;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** {@code multiplier}: error measures, tables and pictures of product models. */
public final class MultiplierCommand implements Command {
  private static final CliOption LIST =
      CliOption.flag("list", "only list all multipliers, dialects of tables and files");
  private static final CliOption TABLE =
      CliOption.outputFile(
          "table", "FILE.npy", "write the product of every pair of codes, float32");
  private static final CliOption HEATMAP =
      CliOption.outputFile("heatmap", "FILE.png", "draw the signed relative error of every pair");
  private static final CliOption SORT =
      CliOption.choice(
              "sort",
              "the measure that several multipliers are sorted by",
              MultiplierMeasures.keys())
          .withDefault(MultiplierMeasures.DEFAULT_ORDER);
  private static final CliOption CSV =
      CliOption.outputFile("csv", "FILE.csv", "write all measures of all multipliers");
  private static final CliOption LATEX =
      CliOption.outputFile("latex", "FILE.tex", "write the comparison as a table of LaTeX");
  private static final CliOption PAGE =
      CliOption.outputFile(
          "page", "FILE.html", "write a page with the comparison and maps of all errors");
  private static final CliOption KAPPAS =
      CliOption.outputFile(
          "kappas", "FILE.yaml", "write kappas as IEEE P3109 declares them (binaryKpP formats)");
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
    return "measure how wrong multipliers are, over all pairs of codes";
  }

  @Override
  public String operands() {
    return "P...";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(
        ProductSettingOptions.OPTIONAL_SECTION,
        OptionSection.of("Distribution", CodeDistributions.OF_A, CodeDistributions.OF_B),
        OptionSection.of(
            "Output", LIST, SORT, CSV, LATEX, PAGE, KAPPAS, TABLE, HEATMAP, CONVERT, OUTPUT));
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim multiplier --list",
        "fp8sim multiplier mitchell --format e4m3",
        "fp8sim multiplier drum:k=4 --format int8 --unsigned",
        "fp8sim multiplier adder:compensation=3 --format e3m4 --heatmap adder.png",
        "fp8sim multiplier drum:k=3 --format e4m3 --bias-b 9 --round-products --table drum.npy",
        "fp8sim multiplier table:file=mul8s_1KV8.bin --format int8 --convert memh --output m.memh",
        "fp8sim multiplier mitchell mbm drum:k=3 drum:k=4 --format int8 --page compared.html",
        "fp8sim multiplier mitchell mbm --format e4m3"
            + " --distribution weights-of:fashion-resnet:/conv1/Conv");
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
    if (arguments.operands().isEmpty()) {
      String models =
          String.join(", ", Multipliers.ALL.stream().map(entry -> entry.name()).toList());
      throw Fp8simException.usage("multiplier: name a multiplier, such as one of " + models);
    }
    boolean isSingle = arguments.operands().size() == 1;
    if (isSingle) {
      arguments.refuse("has no effect on a single multiplier", SORT);
    } else {
      arguments.refuse("is of a single multiplier", TABLE, HEATMAP, CONVERT);
    }
    Optional<TableDialect> dialect = dialect(arguments);
    if (dialect.isPresent()) {
      Multiplier model = Multipliers.parse(arguments.operands().getFirst());
      convert(invocation, new TableWriter(dialect.get(), model, setting(arguments, model)));
      return ExitCode.SUCCESS;
    }
    List<MeasuredMultiplier> multipliers = measured(invocation);
    multipliers.forEach(multiplier -> multiplier.model().roles().ifPresent(invocation::note));
    if (isSingle) {
      report(invocation, multipliers.getFirst());
    } else {
      compare(invocation, multipliers);
    }
    writeFiles(arguments, multipliers);
    return ExitCode.SUCCESS;
  }

  /** The multipliers, sorted if there are several. */
  private static List<MeasuredMultiplier> measured(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    CodeDistributions distributions = new CodeDistributions(invocation);
    List<MeasuredMultiplier> multipliers = new ArrayList<>();
    CodeDistribution a = null;
    CodeDistribution w = null;
    for (String name : arguments.operands()) {
      Multiplier model = Multipliers.parse(name);
      ProductSetting setting = setting(arguments, model);
      if (a == null || w == null) {
        a = distributions.read(CodeDistributions.OF_A, setting.a());
        w = distributions.read(CodeDistributions.OF_B, setting.w());
      }
      multipliers.add(MeasuredMultiplier.of(name, model, setting, a, w));
    }
    Measure order = MultiplierMeasures.byKey(arguments.get(SORT.name()));
    multipliers.sort(
        Comparator.comparingDouble(multiplier -> order.of(multiplier.measures()).doubleValue()));
    return multipliers;
  }

  private static ProductSetting setting(Arguments arguments, Multiplier model) {
    List<ProductSetting> settings = new ProductSettingOptions(arguments).read(model);
    if (settings.size() != 1) {
      throw Fp8simException.usage("multiplier: --bias-b takes one bias here");
    }
    return settings.getFirst();
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
      arguments.refuse(
          "has no effect with --convert",
          CSV,
          LATEX,
          PAGE,
          KAPPAS,
          TABLE,
          HEATMAP,
          CodeDistributions.OF_A,
          CodeDistributions.OF_B);
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

  private static void writeFiles(Arguments arguments, List<MeasuredMultiplier> multipliers) {
    MeasuredMultiplier first = multipliers.getFirst();
    arguments.findPath(TABLE.name()).ifPresent(file -> writeTable(file, first.products()));
    arguments
        .findPath(HEATMAP.name())
        .ifPresent(
            file ->
                new Heatmap(first.name(), RelativeErrors.of(first.setting(), first.products()))
                    .write(file));
    arguments
        .findPath(CSV.name())
        .ifPresent(file -> OutputFile.write(file, MultiplierTables.csv(multipliers)));
    arguments
        .findPath(LATEX.name())
        .ifPresent(file -> OutputFile.write(file, MultiplierTables.latex(multipliers)));
    arguments
        .findPath(KAPPAS.name())
        .ifPresent(file -> OutputFile.write(file, KappasFile.text(multipliers)));
    arguments.findPath(PAGE.name()).ifPresent(file -> OutputFile.write(file, page(multipliers)));
  }

  private static void writeTable(Path file, ProductTable products) {
    Shape shape = Shape.of(1 << products.bitsA(), 1 << products.bitsW());
    Npy.write(file, Tensor.ofFloats(shape, products.floats()));
  }

  private static String page(List<MeasuredMultiplier> multipliers) {
    MultiplierPage page =
        new MultiplierPage(
            "Multipliers of "
                + multipliers.getFirst().setting().a().name()
                + " and "
                + multipliers.getFirst().setting().w().name());
    for (Measure measure : MultiplierMeasures.compared()) {
      page.column(measure.key(), measure.heading(), measure.label());
    }
    for (MeasuredMultiplier multiplier : multipliers) {
      page.multiplier(
          multiplier.name(),
          multiplier.setting(),
          multiplier.products(),
          MultiplierMeasures.json(MultiplierMeasures.compared(), multiplier.measures()));
    }
    return page.html();
  }

  private static void report(Invocation invocation, MeasuredMultiplier multiplier) {
    TextTable text = new TextTable("measure", "value").alignRight(1);
    for (Measure measure : MultiplierMeasures.all(multiplier.outputs())) {
      invocation.result().put(measure.key(), measure.of(multiplier.measures()));
      text.row(measure.label(), measure.text(multiplier.measures()));
    }
    invocation.out().print(text);
  }

  private static void compare(Invocation invocation, List<MeasuredMultiplier> multipliers) {
    List<Measure> columns = MultiplierMeasures.compared();
    TextTable text =
        new TextTable(
            Stream.concat(Stream.of("multiplier"), columns.stream().map(Measure::heading))
                .toArray(String[]::new));
    JsonArray compared = new JsonArray();
    for (MeasuredMultiplier multiplier : multipliers) {
      text.row(
          Stream.concat(
                  Stream.of(multiplier.name()),
                  columns.stream().map(measure -> measure.text(multiplier.measures())))
              .toArray(String[]::new));
      JsonObject json =
          MultiplierMeasures.json(
              MultiplierMeasures.all(multiplier.outputs()), multiplier.measures());
      json.addProperty("multiplier", multiplier.name());
      compared.add(json);
    }
    Integer[] numbers = IntStream.rangeClosed(1, columns.size()).boxed().toArray(Integer[]::new);
    invocation.out().print(text.alignRight(numbers));
    invocation.result().put("compared", compared);
  }
}
