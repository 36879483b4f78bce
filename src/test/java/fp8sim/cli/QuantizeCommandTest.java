package fp8sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.common.ExitCode;
import fp8sim.npy.Npy;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizeCommandTest {
  @TempDir Path folder;

  private Path input;
  private Path output;

  @BeforeEach
  void write() {
    input = folder.resolve("x.npy");
    output = folder.resolve("y.npy");
    Npy.write(input, Tensor.ofFloats(Shape.of(2, 3), 0.3f, -1.9f, 100f, -0.04f, 0.25f, -3f));
  }

  private Cli quantize(Object... more) {
    Object[] words = new Object[5 + more.length];
    Object[] first = {"quantize", "--input", input, "--output", output};
    System.arraycopy(first, 0, words, 0, first.length);
    System.arraycopy(more, 0, words, first.length, more.length);
    return Cli.run(words);
  }

  /** e2m1 for 1.5: bias 3; the grid is 0, 1/8, 1/4, 3/8, 1/2, 3/4, 1, 3/2. */
  @Test
  void valuesAndCodes() {
    Path codes = folder.resolve("codes.npy");
    Cli cli = quantize("--format", "e2m1", "--maxval", "1.5", "--codes", codes);
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(Npy.read(output).toFloats()).containsExactly(0.25f, -1.5f, 1.5f, 0f, 0.25f, -1.5f);
    Tensor written = Npy.read(codes);
    assertThat(written.type()).isEqualTo(DataType.UINT8);
    byte[] bytes = new byte[6];
    written.data().asByteBuffer().get(bytes);
    assertThat(bytes).containsExactly(2, 15, 7, 0, 2, 15);
  }

  /** ONNX's E4M3FN, E5M2 and IEEE formats have a negative zero, FNUZ formats and eXmY here none. */
  @ParameterizedTest
  @CsvSource({
    "fp8-e4m3,0x80",
    "fp8-e5m2,0x80",
    "fp16,0x8000",
    "bf16,0x8000",
    "e4m3fnuz,0",
    "e4m3,0"
  })
  void negativeZeroHasItsOwnCodeWhereTheFormatHasOne(String format, String expected) {
    input = folder.resolve("zeros.npy");
    Npy.write(input, Tensor.ofFloats(Shape.of(2), -1e-44f, -0f));
    Path codes = folder.resolve("codes.npy");
    quantize("--format", format, "--maxval", "1", "--scale", "none", "--codes", codes);
    Tensor written = Npy.read(codes);
    for (int i = 0; i < 2; i++) {
      int code =
          written.type() == DataType.UINT8
              ? written.data().getAtIndex(Tensor.BYTE, i) & 0xFF
              : written.data().getAtIndex(Tensor.SHORT, i) & 0xFFFF;
      assertThat(code).isEqualTo(Integer.decode(expected));
    }
  }

  @Test
  void blocksLieAlongAnAxis() {
    Path codes = folder.resolve("codes.npy");
    Path scales = folder.resolve("scales.npy");
    Cli cli = quantize("--format", "mxfp4", "--axis", "0", "--codes", codes, "--scales", scales);
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    // Columns 0.3 -0.04, -1.9 0.25, 100 -3: scales 2^-4, 2^-2, 2^4.
    assertThat(Npy.read(output).toFloats()).containsExactly(0.25f, -1.5f, 96, -0.03125f, 0.25f, 0);
    assertThat(Npy.read(scales).shape()).isEqualTo(Shape.of(1, 3));
    assertThat(Npy.read(scales).toFloats()).containsExactly(0.0625f, 0.25f, 16);
    byte[] bytes = new byte[6];
    Npy.read(codes).data().asByteBuffer().get(bytes);
    assertThat(bytes).containsExactly(6, 15, 7, 9, 2, 0);
  }

  @Test
  void severalRangesLieAlongTheFirstAxis() {
    Cli cli = quantize("--format", "int4", "--maxval", "7,0.875");
    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.SUCCESS);
    assertThat(Npy.read(output).toFloats()).containsExactly(0f, -2f, 7f, 0f, 0.25f, -1f);
  }

  @Test
  void wideCodesTakeTwoBytes() {
    Path codes = folder.resolve("codes.npy");
    quantize("--format", "e5m10", "--maxval", "65504", "--codes", codes);
    assertThat(Npy.read(codes).type()).isEqualTo(DataType.UINT16);
  }

  @ParameterizedTest
  @CsvSource({
    "'--format e4m3 --maxval 1,2,3', '3 values'",
    "'--format e4m3 --maxval 1,two', 'two'",
    "'--format e4m3 --maxval -1', 'not negative'",
    "'--format e4m3 --maxval NaN', 'finite'",
    "'--format fp32 --maxval 1', 'fewer bits'",
    "'--format e9m3 --maxval 1', 'e9m3'",
    "'--format e4m3', '--maxval'",
    "'--format e4m3 --maxval 1 --overflow ieee', 'ieee'",
    "'--format e4m3 --maxval 1 --axis 0', 'block formats'",
    "'--format mxfp4 --axis 2', '2'",
    "'--format mxfp4 --overflow ieee', 'saturate'",
    "'--format nvfp4 --maxval 1,2', 'one for the tensor'",
    "'--format nvfp4 --weight-range mse', 'weight-range'",
    "'--format e2m1:block=0', '65536'"
  })
  void refusesBadUsage(String words, String message) {
    quantize((Object[]) words.split(" ")).refuses(ExitCode.USAGE, message);
    assertThat(output).doesNotExist();
  }

  @Test
  void refusesBadInput() {
    Npy.write(input, Tensor.zeros(DataType.INT64, Shape.of(3)));
    quantize("--format", "e4m3", "--maxval", "1").refuses(ExitCode.INPUT, input, "INT64");
    input = folder.resolve("none.npy");
    quantize("--format", "e4m3", "--maxval", "1").refuses(ExitCode.INPUT, input);
  }

  @Test
  void refusesAnOutputThatCannotBeWritten() {
    output = input.resolve("y.npy");
    quantize("--format", "e4m3", "--maxval", "1").refuses(ExitCode.OUTPUT, output);
  }
}
