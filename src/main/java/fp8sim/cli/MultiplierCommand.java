package fp8sim.cli;

import fp8sim.ExitCode;
import fp8sim.Fp8simException;
import fp8sim.data.Npy;
import fp8sim.multiplier.ErrorMeasures;
import fp8sim.multiplier.Multipliers;
import fp8sim.multiplier.ProductModel;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTable;
import fp8sim.report.Heatmap;
import fp8sim.report.RelativeErrors;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code multiplier}: error measures, table and picture of a product model. */
final class MultiplierCommand implements Command {
  private static final CliOption TABLE =
      CliOption.outputFile(
          "table", "FILE.npy", "write the product of every pair of codes, float32");
  private static final CliOption HEATMAP =
      CliOption.outputFile("heatmap", "FILE.png", "draw the signed relative error of every pair");

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
    return List.of(ProductSettingOptions.SECTION, OptionSection.of("Output", TABLE, HEATMAP));
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim multiplier mitchell --format e4m3",
        "fp8sim multiplier adder:compensation=3 --format e3m4 --heatmap adder.png",
        "fp8sim multiplier drum:k=3 --format e4m3 --bias-b 9 --round-products --table drum.npy");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    if (arguments.operands().size() != 1) {
      String models =
          String.join(", ", Multipliers.ALL.stream().map(entry -> entry.name()).toList());
      throw Fp8simException.usage("multiplier: name one multiplier, such as one of " + models);
    }
    Optional<Path> table = arguments.findPath(TABLE.name());
    Optional<Path> heatmap = arguments.findPath(HEATMAP.name());
    ProductModel model = Multipliers.parse(arguments.operands().getFirst());
    List<ProductSetting> settings = new ProductSettingOptions(arguments).read();
    if (settings.size() != 1) {
      throw Fp8simException.usage("multiplier: --bias-b takes one bias here");
    }
    ProductSetting setting = settings.getFirst();
    report(invocation, ErrorMeasures.of(model, setting));
    ProductTable products = ProductTable.tabulate(model, setting);
    table.ifPresent(file -> writeTable(file, products));
    heatmap.ifPresent(
        file ->
            new Heatmap(arguments.operands().getFirst(), RelativeErrors.of(setting, products))
                .write(file));
    return ExitCode.SUCCESS;
  }

  private static void writeTable(Path file, ProductTable products) {
    Shape shape = Shape.of(1 << products.bitsA(), 1 << products.bitsW());
    Npy.write(file, Tensor.ofFloats(shape, products.floats()));
  }

  private static void report(Invocation invocation, ErrorMeasures measures) {
    TextTable text = new TextTable("measure", "value").alignRight(1);
    Result result = invocation.result();
    row(text, result, "pairs", "pairs in range", measures.pairs());
    row(text, result, "meanError", "mean error (signed)", measures.meanError());
    row(text, result, "meanRelativeError", "mean relative error", measures.meanRelativeError());
    row(text, result, "maxRelativeError", "largest relative error", measures.maxRelativeError());
    row(text, result, "nmed", "NMED", measures.nmed());
    row(text, result, "errorRate", "error rate", measures.errorRate());
    row(text, result, "kappa", "kappa (steps)", measures.kappa());
    row(text, result, "correctlyRounded", "correctly rounded", measures.correctlyRounded());
    row(text, result, "faithfullyRounded", "faithfully rounded", measures.faithfullyRounded());
    row(text, result, "overflowPairs", "pairs that overflow", measures.overflowPairs());
    row(text, result, "underflowPairs", "pairs that underflow", measures.underflowPairs());
    invocation.out().print(text);
  }

  private static void row(TextTable text, Result result, String key, String label, Number value) {
    result.put(key, value);
    text.row(
        label,
        value instanceof Double number ? String.format(Locale.ROOT, "%.6g", number) : "" + value);
  }
}
