package fp8sim.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.ExitCode;
import fp8sim.common.Fp8simException;
import fp8sim.data.SampleFiles;
import fp8sim.tensor.Conversion;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the folder npy are written by golden.py. */
class NpyTest {
  private static final Map<String, DataType> TYPES =
      Map.ofEntries(
          Map.entry("f2", DataType.FLOAT16),
          Map.entry("f4", DataType.FLOAT),
          Map.entry("f8", DataType.DOUBLE),
          Map.entry("i1", DataType.INT8),
          Map.entry("i2", DataType.INT16),
          Map.entry("i4", DataType.INT32),
          Map.entry("i8", DataType.INT64),
          Map.entry("u1", DataType.UINT8),
          Map.entry("u2", DataType.UINT16),
          Map.entry("u4", DataType.UINT32),
          Map.entry("u8", DataType.UINT64),
          Map.entry("b1", DataType.BOOL));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"})
  void readsWhatNumPyWrites(String code) {
    Tensor plain = Npy.read(SampleFiles.file("npy/" + code + ".npy"));
    Tensor turned = Npy.read(SampleFiles.file("npy/" + code + "-big-fortran.npy"));

    assertThat(plain.type()).isEqualTo(TYPES.get(code));
    assertThat(plain.shape()).isEqualTo(Shape.of(2, 3, 4));
    assertThat(turned.type()).isEqualTo(plain.type());
    assertThat(turned.shape()).isEqualTo(plain.shape());
    assertThat(SampleFiles.bytes(turned)).isEqualTo(SampleFiles.bytes(plain));
    float[] values = Conversion.toFloats(plain);
    for (int i = 0; i < 24; i++) {
      int stored = i * 5 - 40;
      float expected =
          switch (code) {
            case "b1" -> stored == 0 ? 0 : 1;
            case "u1" -> stored & 0xff;
            case "u2" -> stored & 0xffff;
            case "u4" -> stored & 0xffff_ffffL;
            case "u8" -> stored < 0 ? 0x1p64f : stored;
            default -> stored;
          };
      assertThat(values[i]).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void readsAllVersions(int version) {
    Tensor tensor = Npy.read(SampleFiles.file("npy/version" + version + ".npy"));
    assertThat(Conversion.toFloats(tensor)).containsExactly(0, 1, 2);
  }

  @Test
  void readsScalarsAndEmptyArrays() {
    assertThat(Npy.read(SampleFiles.file("npy/scalar.npy")).toFloats()).containsExactly(1.5f);
    assertThat(Npy.read(SampleFiles.file("npy/scalar.npy")).shape()).isEqualTo(Shape.SCALAR);
    assertThat(Npy.read(SampleFiles.file("npy/empty.npy")).shape()).isEqualTo(Shape.of(0, 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"})
  void writesTheBytesThatNumPyWrites(String code) throws IOException {
    Path original = SampleFiles.file("npy/" + code + ".npy");
    Path copy = folder.resolve("copy.npy");

    Npy.write(copy, Npy.read(original));

    assertThat(copy).hasSameBinaryContentAs(original);
    assertThat(folder)
        .isDirectoryContaining("glob:**copy.npy")
        .isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void writesEveryRank() {
    for (Shape shape : new Shape[] {Shape.SCALAR, Shape.of(2), Shape.of(0, 3), Shape.of(1, 2, 1)}) {
      Path file = folder.resolve("x.npy");
      Npy.write(file, Tensor.zeros(DataType.FLOAT, shape));
      assertThat(Npy.read(file).shape()).isEqualTo(shape);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"BFLOAT16", "FLOAT8.*"},
      mode = EnumSource.Mode.MATCH_ANY)
  void refusesToWriteTypesThatNumPyDoesNotKnow(DataType type) {
    Path file = folder.resolve("x.npy");
    assertThatThrownBy(() -> Npy.write(file, Tensor.zeros(type, Shape.of(1))))
        .hasMessage(file + ": NPY files cannot hold " + type + "; convert to FLOAT first");
    assertThat(file).doesNotExist();
  }

  @Test
  void unwritableFilesAreOutputErrors() {
    Path file = SampleFiles.file("npy/f4.npy").resolve("x.npy");
    assertThatThrownBy(() -> Npy.write(file, Tensor.ofFloats(Shape.of(1), 1)))
        .isInstanceOfSatisfying(
            Fp8simException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUTPUT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "complex.npy | elements of type '<c8'",
        "structured.npy | structured elements",
        "pickled.npy | elements of type '|O'",
      },
      quoteCharacter = '`')
  void refusesWhatIsNoTensor(String file) {
    assertThatThrownBy(() -> Npy.read(SampleFiles.file("npy/" + file)))
        .isInstanceOf(Fp8simException.class)
        .hasMessageContaining(file + ": NPY ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,)}; out of range",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536)}; 2^31-1 elements",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}; no dimension",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647,)}; header promises",
        "{'descr': '<f4', 'fortran_order': False}; is missing",
        "{'descr': '<f4', 'fortran_order': 1, 'shape': ()}; neither True nor False",
        "{'descr': '<f4' 'fortran_order': False, 'shape': ()}; a comma is missing",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}; unknown key 'x'",
        "{'descr': '<f4', 'fortran_order': False, 'shape': ()} x; text after",
        "{'descr': '<f4; a quoted string",
        "{'descr': '', 'fortran_order': False, 'shape': ()}; elements of type ''",
        "''; '{' is missing",
      })
  void refusesHostileHeaders(String header, String message) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    byte[] file =
        Arrays.copyOf(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}, 10 + text.length);
    file[8] = (byte) text.length;
    System.arraycopy(text, 0, file, 10, text.length);
    assertFails(file, message);
  }

  @Test
  void refusesTruncatedFilesAndOtherFormats() throws IOException {
    byte[] file = Files.readAllBytes(SampleFiles.file("npy/f4.npy"));
    assertFails(new byte[0], "not an NPY file");
    assertFails("PK\3\4 a zip file".getBytes(StandardCharsets.ISO_8859_1), "not an NPY file");
    assertFails(Arrays.copyOf(file, 60), "truncated");
    assertFails(Arrays.copyOf(file, file.length - 1), "header promises FLOAT of shape 2x3x4");
    assertFails(Arrays.copyOf(file, file.length + 1), "header promises FLOAT of shape 2x3x4");
    file[6] = 9;
    assertFails(file, "NPY version 9.0");
  }

  @Test
  void flippedBitsGiveATensorOrOneLine() throws IOException {
    byte[] original = Files.readAllBytes(SampleFiles.file("npy/i8-big-fortran.npy"));
    SplittableRandom random = new SplittableRandom(3);
    Path file = folder.resolve("flipped.npy");
    int refused = 0;
    for (int round = 0; round < 500; round++) {
      byte[] bytes = original.clone();
      bytes[random.nextInt(128)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bytes);
      try {
        assertThat(Npy.read(file).shape().elements()).isEqualTo(24);
      } catch (Fp8simException e) {
        assertThat(e).hasMessageNotContaining("\n").hasMessageStartingWith(file.toString());
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(50);
  }

  private void assertFails(byte[] bytes, String message) throws IOException {
    Path file = folder.resolve("bad.npy");
    Files.write(file, bytes);
    assertThatThrownBy(() -> Npy.read(file))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }
}
