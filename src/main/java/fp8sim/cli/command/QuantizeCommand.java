package fp8sim.cli.command;

import fp8sim.cli.frame.Arguments;
import fp8sim.cli.frame.CliOption;
import fp8sim.cli.frame.Command;
import fp8sim.cli.frame.Invocation;
import fp8sim.cli.frame.OptionSection;
import fp8sim.cli.option.NumericsOptions;
import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.format.BlockFormat;
import fp8sim.format.BlockQuantizer;
import fp8sim.format.FloatQuantizer;
import fp8sim.format.Philox;
import fp8sim.format.Quantizer;
import fp8sim.format.ScalarQuantizer;
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
      CliOption.value("maxval", "V[,V...]", "the range's limit; several: one per index of axis 0");
  private static final CliOption AXIS =
      CliOption.value("axis", "N", "axis of the blocks of a block format (default -1, the last)");
  private static final CliOption OUTPUT =
      CliOption.outputFile("output", "Y.npy", "the nearest representable values").mandatory();
  private static final CliOption CODES = CliOption.outputFile("codes", "FILE.npy", "their codes");
  private static final CliOption SCALES =
      CliOption.outputFile("scales", "FILE.npy", "the scales of blocks, float32");

  private static final Workers WORKERS = new Workers(Runtime.getRuntime().availableProcessors());

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
    return List.of(
        OptionSection.of("Tensor", INPUT, MAXVAL, AXIS, OUTPUT, CODES, SCALES), NUMERICS);
  }

  @Override
  public List<String> examples() {
    return List.of(
        "fp8sim quantize --input x.npy --format e4m3 --maxval 2.5 --output y.npy",
        "fp8sim quantize --input w.npy --format int8 --maxval 0.5,0.25 --output y.npy"
            + " --codes codes.npy",
        "fp8sim quantize --input x.npy --format mxfp4 --output y.npy --scales scales.npy");
  }

  @Override
  public ExitCode run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
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
    Tensor result =
        numerics.weights() instanceof BlockFormat format
            ? inBlocks(arguments, numerics, format, tensor)
            : perChannel(arguments, numerics, tensor);
    Npy.write(output, result);
    invocation.out().printf("%s  %s %s%n", output, result.type(), result.shape());
    invocation.result().put("output", output.toString());
    return ExitCode.SUCCESS;
  }

  private static Tensor perChannel(Arguments arguments, Numerics numerics, Tensor tensor) {
    arguments.refuse("is for block formats, such as mxfp4", AXIS, SCALES);
    if (!arguments.has(MAXVAL.name())) {
      throw Fp8simException.usage(
          "--maxval is missing: format %s is scaled to a range"
              .formatted(numerics.weights().name()));
    }
    List<ValueRange> ranges = ranges(arguments.get(MAXVAL.name()));
    Channels channels = channels(tensor, ranges, arguments.path(INPUT.name()));
    QuantizerSpec spec = spec(numerics, channels, -1);
    Quantizer[] quantizers = spec.quantizers(ranges);
    arguments
        .findPath(CODES.name())
        .ifPresent(
            file -> {
              int stream = Philox.stream(spec.id().toString());
              Npy.write(file, codes(tensor, channels, quantizers, numerics.seed(), stream));
            });
    return quantized(tensor, spec, quantizers, numerics.seed());
  }

  /** Only a scale of the tensor needs a range: the tensor's, unless one is given. */
  private static Tensor inBlocks(
      Arguments arguments, Numerics numerics, BlockFormat format, Tensor tensor) {
    int rank = tensor.shape().rank();
    int axis = rank == 0 ? -1 : arguments.findInt(AXIS.name(), -rank, rank - 1).orElse(-1);
    QuantizerSpec spec = spec(numerics, Channels.TENSOR, axis);
    List<ValueRange> ranges =
        arguments.has(MAXVAL.name())
            ? ranges(arguments.get(MAXVAL.name()))
            : List.of(Channels.TENSOR.ranges(tensor, () -> spec.estimator(WORKERS), WORKERS));
    if (ranges.size() != 1) {
      throw Fp8simException.usage("--maxval: format " + format.name() + " has one for the tensor");
    }
    Quantizer[] quantizers = spec.quantizers(ranges);
    Optional<Path> codes = arguments.findPath(CODES.name());
    Optional<Path> scales = arguments.findPath(SCALES.name());
    if (codes.isPresent() || scales.isPresent()) {
      if (quantizers[0].isStochastic()) {
        throw Fp8simException.usage("--rounding stochastic: no codes of blocks are written");
      }
      BlockOutput blocks = BlockOutput.of((BlockQuantizer) quantizers[0], tensor);
      codes.ifPresent(file -> Npy.write(file, blocks.codes()));
      scales.ifPresent(file -> Npy.write(file, blocks.scales()));
    }
    return quantized(tensor, spec, quantizers, numerics.seed());
  }

  private static QuantizerSpec spec(Numerics numerics, Channels channels, int axis) {
    return new QuantizerSpec(
        QuantizerId.alone("quantize"),
        QuantizerKind.WEIGHT,
        numerics.weights(),
        channels,
        RangeMethod.MINMAX,
        numerics.quantizers(),
        axis);
  }

  private static Tensor quantized(
      Tensor tensor, QuantizerSpec spec, Quantizer[] quantizers, long seed) {
    int stream = Philox.stream(spec.id().toString());
    return ConstantQuantization.apply(tensor, spec.channels(), quantizers, seed, stream, WORKERS);
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
      ScalarQuantizer quantizer = (ScalarQuantizer) quantizers[channels.of(tensor.shape(), i)];
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
