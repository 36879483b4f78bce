package fp8sim.cli.command;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.NumericsDefaults;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.option.ProductSettingOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.multiplier.BoundProduct;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductTables;
import fp8sim.multiplier.model.ChosenMultiplier;
import fp8sim.multiplier.model.MultiplierReader;
import fp8sim.multiplier.sum.Accumulator;
import fp8sim.multiplier.sum.RunningSum;
import fp8sim.npy.Npy;
import fp8sim.numerics.NumericsOption;
import fp8sim.numerics.ProductOptions;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code matmul}: golden vectors for a hardware test bench. */
public final class MatmulCommand implements Command {
  private static final CliOption A =
      CliOption.value("a", "A.npy", "left operand, float32 [m,k]").mandatory();
  private static final CliOption B =
      CliOption.value("b", "B.npy", "right operand, float32 [k,n]").mandatory();
  private static final CliOption OUTPUT =
      CliOption.outputFile("output", "C.npy", "where the product goes, float32 [m,n]").mandatory();
  private static final CliOption MULTIPLIER = NumericsDefaults.option(NumericsOption.MULTIPLIER);
  private static final CliOption ACCUMULATOR = NumericsDefaults.option(NumericsOption.ACCUMULATOR);
  private static final CliOption QUANTIZE_INPUTS =
      CliOption.flag("quantize-inputs", "round values that are not on their grid");

  @Override
  public String name() {
    return "matmul";
  }

  @Override
  public String summary() {
    return "multiply two matrices of codes, as test vectors for hardware";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(
        OptionSection.of("Files", A, B, OUTPUT),
        ProductSettingOptions.SECTION,
        OptionSection.of("Products", MULTIPLIER, ACCUMULATOR, QUANTIZE_INPUTS));
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim matmul --a A.npy --b B.npy --format e3m4 --bias-a 4 --bias-b 5 --bias-result 4"
            + " --multiplier adder:compensation=3 --output C.npy",
        "fp8sim matmul --a A.npy --b B.npy --format e4m3 --bias-b 7,8,8 --multiplier mitchell"
            + " --round-products --accumulator fp16 --quantize-inputs --output C.npy");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Path output = arguments.path(OUTPUT.name());
    ProductSettingOptions options = new ProductSettingOptions(arguments);
    ChosenMultiplier multiplier = new MultiplierReader().read(arguments.get(MULTIPLIER.name()));
    Multiplier model = multiplier.model();
    List<ProductSetting> settings = options.read(model);
    Accumulator accumulator = accumulator(arguments, multiplier, options);
    Tensor a = matrix(invocation, A);
    Tensor b = matrix(invocation, B);
    int terms = a.shape().dim(1);
    int columns = b.shape().dim(1);
    checkShapes(a.shape(), b.shape(), settings.size());
    boolean round = arguments.has(QUANTIZE_INPUTS.name());
    int[] codesA = codes(A, a, List.of(settings.getFirst().a()), round);
    int[] codesB = codes(B, b, settings.stream().map(ProductSetting::w).toList(), round);
    BoundProduct[] products = bind(model, settings, accumulator, terms);
    float[] c = new float[a.shape().dim(0) * columns];
    for (int j = 0; j < columns; j++) {
      BoundProduct product = products[products.length == 1 ? 0 : j];
      RunningSum sum = accumulator.start(product.units());
      for (int i = 0; i < a.shape().dim(0); i++) {
        sum.clear();
        for (int k = 0; k < terms; k++) {
          sum.add(product.of(codesA[i * terms + k], codesB[k * columns + j]));
        }
        c[i * columns + j] = sum.result();
      }
    }
    Shape shape = Shape.of(a.shape().dim(0), columns);
    Npy.write(output, Tensor.ofFloats(shape, c));
    invocation.result().put("output", output.toString());
    invocation.out().println(output + "  " + DataType.FLOAT + " " + shape);
    return ExitCode.SUCCESS;
  }

  private static Accumulator accumulator(
      Arguments arguments, ChosenMultiplier multiplier, ProductSettingOptions options) {
    Optional<Accumulator> given =
        arguments.find(ACCUMULATOR.name()).filter(text -> !text.isEmpty()).map(Accumulator::parse);
    ProductOptions product = new ProductOptions(multiplier, options.roundsProducts(), false, given);
    arguments.resolve(ACCUMULATOR.name(), product.accumulator().name());
    return product.accumulator();
  }

  private static Tensor matrix(Invocation invocation, CliOption option) {
    Path file = invocation.arguments().path(option.name());
    invocation.result().addInput(file);
    Tensor tensor = Npy.read(file);
    if (tensor.type() != DataType.FLOAT || tensor.shape().rank() != 2) {
      throw Fp8simException.input(
          file + ": must be a float32 matrix, not " + tensor.type() + " " + tensor.shape());
    }
    return tensor;
  }

  private static void checkShapes(Shape a, Shape b, int biases) {
    if (a.dim(1) != b.dim(0)) {
      throw Fp8simException.input(
          "--a has " + a.dim(1) + " columns, but --b " + b.dim(0) + " rows");
    }
    if (biases != 1 && biases != b.dim(1)) {
      throw Fp8simException.usage(
          "--bias-b has " + biases + " biases, but --b has " + b.dim(1) + " columns");
    }
  }

  /** The codes of a matrix; {@code grids} has one entry, or one for each column. */
  private static int[] codes(CliOption option, Tensor tensor, List<Grid> grids, boolean round) {
    float[] values = tensor.toFloats();
    int[] codes = new int[values.length];
    int columns = tensor.shape().dim(1);
    for (int i = 0; i < values.length; i++) {
      Grid grid = grids.get(grids.size() == 1 ? 0 : i % columns);
      boolean isNumber = Float.isFinite(values[i]);
      codes[i] = isNumber ? code(grid, values[i]) : 0;
      if (!isNumber || (!round && grid.value(codes[i]) != values[i])) {
        throw Fp8simException.input(
            "--%s: element [%d,%d] = %s is not a value of %s; %s"
                .formatted(
                    option.name(),
                    i / columns,
                    i % columns,
                    values[i],
                    grid.name(),
                    isNumber
                        ? "check the bias, or round with --quantize-inputs"
                        : "only numbers can be multiplied"));
      }
    }
    return codes;
  }

  /** The nearest code; integers saturate as minifloats do. */
  private static int code(Grid grid, double value) {
    if (grid instanceof IntegerGrid integers) {
      int top = integers.signed() ? integers.format().signedMax() : integers.format().unsignedMax();
      int bottom = integers.signed() ? integers.format().signedMin() : 0;
      return grid.code(Math.clamp(Math.rint(value), bottom, top));
    }
    return grid.code(value);
  }

  private static BoundProduct[] bind(
      Multiplier model, List<ProductSetting> settings, Accumulator accumulator, int terms) {
    ProductTables tables = new ProductTables();
    BoundProduct[] products = new BoundProduct[settings.size()];
    for (int j = 0; j < products.length; j++) {
      ProductSetting setting = settings.get(j);
      products[j] = tables.product(model, setting, 0, 0);
      if (accumulator.equals(Accumulator.EXACT)) {
        products[j].units().requireExactSum(terms, "matmul");
      }
    }
    return products;
  }
}
