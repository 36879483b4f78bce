package fp8sim.golden;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import fp8sim.npy.Npy;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The study's small networks in {@code study-models.zip}: models, calibration data, an input, and
 * logits and ranges under many configurations ({@code models.json}).
 */
public final class StudyModels {
  /** What the study lists for quantizers that a configuration does not use. */
  public static final float UNUSED_RANGE = 15.5f;

  private static final Path FOLDER = unpack();

  private StudyModels() {}

  /** All configurations of all models. */
  public static List<JsonObject> configurations() {
    try {
      String json = Files.readString(file("models.json"));
      return List.of(new Gson().fromJson(json, JsonObject[].class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A tensor by its file's name. */
  public static Tensor tensor(String name) {
    return Npy.read(file(name));
  }

  /** A file by its name. */
  public static Path file(String name) {
    return FOLDER.resolve(name);
  }

  private static Path unpack() {
    InputStream resource = StudyModels.class.getResourceAsStream("/golden/study-models.zip");
    try (ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(resource))) {
      Path folder = Files.createTempDirectory("study-models");
      folder.toFile().deleteOnExit();
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = folder.resolve(entry.getName());
        Files.copy(zip, file);
        file.toFile().deleteOnExit();
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
