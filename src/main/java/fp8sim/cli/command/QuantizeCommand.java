package fp8sim.cli.command;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.option.NumericsOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.Philox;
import fp8sim.format.Quantizer;
import fp8sim.npy.Npy;
import fp8sim.numerics.Numerics;
import fp8sim.numerics.NumericsOption;
import fp8sim.numerics.QuantizerSpec;
import fp8sim.quant.Channels;
import fp8sim.quant.ConstantQuantization;
import fp8sim.quant.QuantizerId;
import fp8sim.quant.QuantizerKind;
import fp8sim.quant.RangeMethod;
import fp8sim.quant.ValueRange;
import fp8sim.quant.Workers;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code quantize}: a tensor through a quantizer. */
public final class QuantizeCommand implements Command {
  private static final CliOption INPUT =
      CliOption.value("input", "X.npy", "float32 numbers").mandatory();
  private static final CliOption MAXVAL =
      CliOption.value("maxval", "V[,V...]", "the range's limit; several: one per index of axis 0")
          .mandatory();
  private static final CliOption OUTPUT =
      CliOption.outputFile("output", "Y.npy", "the nearest representable values").mandatory();
  private static final CliOption CODES = CliOption.outputFile("codes", "FILE.npy", "their codes");

  private static final OptionSection NUMERICS =
      NumericsOptions.section(
          NumericsOption.FORMAT,
          NumericsOption.BIAS_POLICY,
          NumericsOption.SCALE,
          NumericsOption.ROUNDING,
          NumericsOption.OVERFLOW,
          NumericsOption.SUBNORMALS,
          NumericsOption.SEED);

  @Override
  public String name() {
    return "quantize";
  }

  @Override
  public String summary() {
    return "round a tensor to a format";
  }

  @Override
  public List<OptionSection> options() {
    return List.of(OptionSection.of("Tensor", INPUT, MAXVAL, OUTPUT, CODES), NUMERICS);
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim quantize --input x.npy --format e4m3 --maxval 2.5 --output y.npy",
        "fp8sim quantize --input w.npy --format int8 --maxval 0.5,0.25 --output y.npy"
            + " --codes codes.npy");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Optional<Path> codes = arguments.findPath(CODES.name());
    Path output = arguments.path(OUTPUT.name());
    Numerics numerics = NumericsOptions.read(arguments);
    if (!Numerics.isQuantized(numerics.weights())) {
      throw Fp8simException.usage("--format fp32: name a format of fewer bits, such as e4m3");
    }
    Path input = arguments.path(INPUT.name());
    invocation.result().addInput(input);
    Tensor tensor = Npy.read(input);
    if (tensor.type() != DataType.FLOAT) {
      throw Fp8simException.input(input + ": holds " + tensor.type() + ", float32 is needed");
    }
    List<ValueRange> ranges = ranges(arguments.get(MAXVAL.name()));
    Channels channels = channels(tensor, ranges, input);
    QuantizerSpec spec =
        new QuantizerSpec(
            QuantizerId.alone("quantize"),
            QuantizerKind.WEIGHT,
            numerics.weights(),
            channels,
            RangeMethod.MINMAX,
            numerics.quantizers());
    Quantizer[] quantizers = spec.quantizers(ranges);
    int stream = Philox.stream(spec.id().toString());
    Workers workers = new Workers(Runtime.getRuntime().availableProcessors());
    Npy.write(
        output,
        ConstantQuantization.apply(tensor, channels, quantizers, numerics.seed(), stream, workers));
    codes.ifPresent(
        file -> Npy.write(file, codes(tensor, channels, quantizers, numerics.seed(), stream)));
    invocation.out().printf("%s  %s %s%n", output, tensor.type(), tensor.shape());
    invocation.result().put("output", output.toString());
    return ExitCode.SUCCESS;
  }

  private static List<ValueRange> ranges(String text) {
    List<ValueRange> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      float value;
      try {
        value = Float.parseFloat(part.strip());
      } catch (NumberFormatException e) {
        throw Fp8simException.usage("--maxval " + text + ": '" + part + "' is not a number");
      }
      if (!(value >= 0 && value <= Float.MAX_VALUE)) {
        throw Fp8simException.usage("--maxval " + text + ": must be finite and not negative");
      }
      ranges.add(ValueRange.of(-value, value));
    }
    return ranges;
  }

  private static Channels channels(Tensor tensor, List<ValueRange> ranges, Path input) {
    if (ranges.size() == 1) {
      return Channels.TENSOR;
    }
    if (tensor.shape().rank() == 0 || tensor.shape().dim(0) != ranges.size()) {
      throw Fp8simException.usage(
          "--maxval: %d values, but axis 0 of %s (%s) has another size"
              .formatted(ranges.size(), input, tensor.shape()));
    }
    return Channels.along(0);
  }

  private static Tensor codes(
      Tensor tensor, Channels channels, Quantizer[] quantizers, long seed, int stream) {
    boolean wide = quantizers[0].codeBits() > Byte.SIZE;
    Tensor codes = Tensor.zeros(wide ? DataType.UINT16 : DataType.UINT8, tensor.shape());
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      Quantizer quantizer = quantizers[channels.of(tensor.shape(), i)];
      int random = quantizer.isStochastic() ? Philox.bits(seed, stream, 0, i) : 0;
      int code =
          quantizer instanceof FloatQuantizer minifloat
              ? minifloat.encodeWithNegativeZero(values[i], random)
              : quantizer.encode(values[i], random);
      if (wide) {
        codes.data().setAtIndex(Tensor.SHORT, i, (short) code);
      } else {
        codes.data().set(Tensor.BYTE, i, (byte) code);
      }
    }
    return codes;
  }
}
