package fp8sim.cli.option;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.OptionSection;
import fp8sim.common.Fp8simException;
import fp8sim.common.OptionNames;
import fp8sim.format.BiasPolicy;
import fp8sim.format.BlockFormat;
import fp8sim.format.Float32;
import fp8sim.format.FloatFormat;
import fp8sim.format.Format;
import fp8sim.format.Formats;
import fp8sim.format.IntegerFormat;
import fp8sim.format.TableFormat;
import fp8sim.multiplier.FloatGrid;
import fp8sim.multiplier.Grid;
import fp8sim.multiplier.IntegerGrid;
import fp8sim.multiplier.Multiplier;
import fp8sim.multiplier.ProductSetting;
import fp8sim.multiplier.ProductSettingFactory;
import fp8sim.multiplier.TableGrid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The options that name the grids of operands and results, for commands that multiply codes. */
public final class ProductSettingOptions {
  private static final CliOption FORMAT =
      CliOption.value("format", "F", "format of operands and results: " + Formats.ALLOWED)
          .mandatory();
  private static final CliOption WEIGHTS =
      CliOption.value("weights", "F", "format of B, if it is another");
  private static final CliOption RESULT_FORMAT =
      CliOption.value("result-format", "F", "format of results (A's, but adder keeps the carry)");
  private static final CliOption BIAS_A =
      CliOption.value("bias-a", "N", "exponent bias of A (2^(E-1) if none is given)");
  private static final CliOption BIAS_B =
      CliOption.value("bias-b", "N[,N...]", "exponent bias of B, or one for each column");
  private static final CliOption BIAS_RESULT =
      CliOption.value("bias-result", "N", "exponent bias of results");
  private static final CliOption UNSIGNED =
      CliOption.flag("unsigned", "codes of integer formats are unsigned");
  private static final CliOption POLICY =
      CliOption.choice(
          "bias-policy", "study: values may lie a binade above the top", "saturate", "study");
  private static final CliOption ROUND_PRODUCTS =
      CliOption.flag("round-products", "round each product to the result's grid");

  public static final OptionSection SECTION = section(FORMAT);

  /** For a command that may not need a format. */
  public static final OptionSection OPTIONAL_SECTION = section(FORMAT.optional());

  private static OptionSection section(CliOption format) {
    return OptionSection.of(
        "Operands",
        format,
        WEIGHTS,
        RESULT_FORMAT,
        BIAS_A,
        BIAS_B,
        BIAS_RESULT,
        UNSIGNED,
        POLICY,
        ROUND_PRODUCTS);
  }

  private final Arguments arguments;

  public ProductSettingOptions(Arguments arguments) {
    this.arguments = arguments;
  }

  public boolean roundsProducts() {
    return arguments.has(ROUND_PRODUCTS.name());
  }

  /**
   * One setting of a model for each bias of B. Without an option for results a model that knows the
   * grid of its products has that grid.
   */
  public List<ProductSetting> read(Multiplier model) {
    Format a =
        format(FORMAT)
            .orElseThrow(
                () -> Fp8simException.usage("--format is missing: the format of the operands"));
    Format w = format(WEIGHTS).orElse(a);
    if (!(a instanceof IntegerFormat) && !(w instanceof IntegerFormat)) {
      arguments.refuse("has no effect on " + a.name() + " and " + w.name(), UNSIGNED);
    }
    Grid gridA = grid(a, BIAS_A.name(), single(BIAS_A));
    FloatGrid chosen = result(format(RESULT_FORMAT).orElse(a));
    List<ProductSetting> settings = new ArrayList<>();
    for (Optional<Integer> bias : biases()) {
      Grid gridW = grid(w, BIAS_B.name(), bias);
      settings.add(factory().setting(model, gridA, gridW, chosen));
    }
    return settings;
  }

  private Optional<Format> format(CliOption option) {
    return arguments.find(option.name()).map(Formats::parse);
  }

  private Optional<Integer> single(CliOption option) {
    return arguments.find(option.name()).map(text -> bias(option, text));
  }

  private List<Optional<Integer>> biases() {
    Optional<String> text = arguments.find(BIAS_B.name());
    if (text.isEmpty()) {
      return List.of(Optional.empty());
    }
    List<Optional<Integer>> biases = new ArrayList<>();
    for (String part : text.get().split(",", -1)) {
      biases.add(Optional.of(bias(BIAS_B, part.strip())));
    }
    return biases;
  }

  private static int bias(CliOption option, String text) {
    if (!text.matches("-?\\d{1,4}") || Integer.parseInt(text) < -128) {
      throw Fp8simException.usage(
          "--" + option.name() + " " + text + ": a bias is an integer in -128..384");
    }
    int bias = Integer.parseInt(text);
    if (bias > 384) {
      throw Fp8simException.usage(
          "--" + option.name() + " " + text + ": a bias is an integer in -128..384");
    }
    return bias;
  }

  private ProductSettingFactory factory() {
    boolean asked = arguments.has(RESULT_FORMAT.name()) || arguments.has(BIAS_RESULT.name());
    String policy = arguments.get(POLICY.name());
    return new ProductSettingFactory(
        OptionNames.parse(BiasPolicy.class, POLICY.name(), policy), !asked, roundsProducts());
  }

  private Grid grid(Format format, String option, Optional<Integer> bias) {
    return switch (format) {
      case FloatFormat minifloat -> {
        FloatGrid grid = floatGrid(minifloat, option, bias);
        yield factory().operand(minifloat, grid.bias());
      }
      case IntegerFormat integer -> {
        if (bias.isPresent()) {
          throw Fp8simException.usage("--" + option + ": " + integer.name() + " has no bias");
        }
        yield new IntegerGrid(integer, !arguments.has(UNSIGNED.name()));
      }
      case BlockFormat blocks -> grid(blocks.element(), option, bias);
      case TableFormat table -> {
        if (bias.isPresent()) {
          throw Fp8simException.usage("--" + option + ": " + table.name() + " has no bias");
        }
        yield new TableGrid(table);
      }
      case Float32 _ -> throw Fp8simException.usage("--format fp32: codes have at most 16 bits");
    };
  }

  private static FloatGrid floatGrid(FloatFormat format, String option, Optional<Integer> bias) {
    int chosen = bias.orElse(format.standardBias());
    if (format.fixedBias().orElse(chosen) != chosen) {
      throw Fp8simException.usage(
          "--%s %d: the bias of %s is %d"
              .formatted(option, chosen, format.name(), format.standardBias()));
    }
    return new FloatGrid(format, chosen);
  }

  private @Nullable FloatGrid result(Format format) {
    Optional<Integer> bias = single(BIAS_RESULT);
    if (format instanceof BlockFormat blocks) {
      return result(blocks.element());
    }
    if (format instanceof FloatFormat minifloat) {
      return floatGrid(minifloat, BIAS_RESULT.name(), bias);
    }
    if (bias.isPresent()) {
      throw Fp8simException.usage(
          "--bias-result: " + format.name() + " has no bias; name a --result-format");
    }
    return null;
  }
}
