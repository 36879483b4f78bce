package fp8sim.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the ranges of quantizers come from: a file, or samples that they are found on. What a run
 * does not need is null.
 *
 * @param ranges a file that was written by a calibration before
 * @param samples an NPY file with samples of the network's only input
 * @param dataset whose calibration part ranges are found on, and normalizations re-estimated
 * @param batchSize samples per run; a batch size that the model fixes wins
 * @param batches at most so many
 */
public record CalibrationSpec(
    @Nullable Path ranges,
    @Nullable Path samples,
    @Nullable NamedDataset dataset,
    int batchSize,
    int batches) {
  private static final int DEFAULT_BATCH_SIZE = 32;

  /** For networks that need no data. */
  public static final CalibrationSpec NONE = ofRanges(null);

  /** Ranges from a file alone, if there is one. */
  public static CalibrationSpec ofRanges(@Nullable Path ranges) {
    return new CalibrationSpec(ranges, null, null, DEFAULT_BATCH_SIZE, Integer.MAX_VALUE);
  }

  /** The files that the ranges depend on, as far as they are there. */
  public List<Path> files() {
    List<Path> files = new ArrayList<>();
    if (ranges != null) {
      files.add(ranges);
    }
    if (samples != null) {
      files.add(samples);
    }
    files.removeIf(file -> !Files.isRegularFile(file));
    if (dataset != null) {
      files.addAll(dataset.descriptionFile());
    }
    return files;
  }
}
