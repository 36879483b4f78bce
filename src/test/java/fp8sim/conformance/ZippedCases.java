package fp8sim.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Cases of the ONNX backend test suite (Apache-2.0) in the test resources: 504 of ONNX 1.12 in
 * {@code onnx-node.zip}, 539 of its newest version (opsets 18 to 28) in {@code onnx-node-next.zip}.
 */
public final class ZippedCases {
  public static final String OLD = "/onnx-node.zip";
  public static final String NEXT = "/onnx-node-next.zip";

  private ZippedCases() {}

  /**
   * Writes a suite to a folder, one sub-folder per case.
   *
   * @param resource {@link #OLD} or {@link #NEXT}
   */
  public static void unpack(String resource, Path folder) throws IOException {
    try (InputStream stream = ZippedCases.class.getResourceAsStream(resource);
        ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(stream, resource))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = folder.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(zip, target);
        }
      }
    }
  }
}
