package fp8sim.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The program that writes all generated kernels; see the package's documentation. */
final class KernelGenerator {
  /** What a developer types to run it, from the root of the project. */
  static final String COMMAND = "java src/test/java/fp8sim/generator/KernelGenerator.java";

  /** Where sources lie, from the root of the project. */
  private static final Path ROOT = Path.of("src", "main", "java");

  private KernelGenerator() {}

  /** The files to write. */
  static List<SourceFile> files() {
    return List.of(
        FloatGemmTileSource.file(),
        FloatIndirectTileSource.file(),
        FloatWindowRowsSource.file(),
        ByteLookupsSource.file(),
        TableSumsSource.file(),
        ProgressionLoopsSource.file(),
        SequentialLoopsSource.file(),
        UnaryLoopsSource.file(),
        BinaryLoopsSource.file(),
        RowRoundingSource.file(),
        SelectingTilesSource.floatMatrixFile(),
        SelectingTilesSource.floatPatchFile(),
        SelectingTilesSource.integerMatrixFile(),
        SelectingTilesSource.integerPatchFile(),
        SelectingTilesSource.doubleMatrixFile(),
        SelectingTilesSource.doublePatchFile());
  }

  /** The path of a file, from the root of the project. */
  static Path path(SourceFile file) {
    return ROOT.resolve(file.path());
  }

  static void main() throws IOException {
    if (!Files.isDirectory(ROOT)) {
      throw new IOException("there is no folder " + ROOT + " here: run it from the project's root");
    }
    for (SourceFile file : files()) {
      Files.writeString(path(file), file.content());
    }
  }
}
