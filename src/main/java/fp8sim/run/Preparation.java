package fp8sim.run;

import fp8sim.common.Fp8simException;
import fp8sim.common.Notes;
import fp8sim.common.Progress;
import fp8sim.common.UserOption;
import fp8sim.data.Dataset;
import fp8sim.data.DatasetDescription;
import fp8sim.engine.Blueprint;
import fp8sim.engine.NonFiniteValues;
import fp8sim.engine.TensorRanges;
import fp8sim.eval.Calibration;
import fp8sim.model.Model;
import fp8sim.npy.Npy;
import fp8sim.quant.Ranges;
import fp8sim.quant.RangesFile;
import fp8sim.quant.TensorRangesFile;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a network ready to run: gives its quantizers their ranges, from a file or by calibration,
 * and new statistics to its normalizations if it asks for them.
 *
 * @param threads that read and decode samples ahead
 */
public record Preparation(Model model, CalibrationSpec choice, int threads) {
  /** So many tensors without a quantizer are named. */
  private static final int NAMED = 10;

  /**
   * A network that may run.
   *
   * @param nonFinite what its quantizers met while it was prepared
   */
  public record Prepared(Blueprint network, NonFiniteValues nonFinite) {}

  /** The network made ready; without quantizers that depend on them it needs no ranges. */
  public Prepared prepare(Blueprint network, Notes notes, Progress progress) {
    Prepared prepared = new Prepared(network, NonFiniteValues.NONE);
    List<String> networkNotes = List.of();
    if (choice.ranges() != null) {
      prepared = new Prepared(withRangesOfFile(network, notes), NonFiniteValues.NONE);
    } else if (network.numerics().needsRanges()) {
      Calibration.Found<Ranges> found = calibrate(network, progress);
      notes.add(found.notes());
      networkNotes = found.networkNotes();
      prepared = new Prepared(network.withRanges(found.value()), found.nonFinite());
    }
    int batches = network.numerics().reestimateBatches();
    if (batches > 0) {
      Blueprint measured = prepared.network();
      Calibration.Found<Map<String, Tensor>> found =
          calibration().reestimate(measured, dataset(), batches, progress);
      notes.add(found.notes());
      networkNotes = found.networkNotes();
      NonFiniteValues nonFinite = prepared.nonFinite().plus(found.nonFinite());
      prepared = new Prepared(measured.withConstants(found.value()), nonFinite);
    }
    notes.add(networkNotes);
    return prepared;
  }

  /**
   * A network with the ranges of the chosen file, if one is chosen.
   *
   * @param notes get the tensors of another program's file that nothing in the network quantizes
   * @throws Fp8simException (input) if they are another model's
   */
  public Blueprint withRangesOfFile(Blueprint network, Notes notes) {
    Path file = choice.ranges();
    if (file == null) {
      return network;
    }
    Optional<TensorRangesFile> byTensor = TensorRangesFile.find(file);
    if (byTensor.isPresent()) {
      return withTensorRanges(network, byTensor.get(), file, notes);
    }
    RangesFile ranges = RangesFile.read(file);
    if (!ranges.model().equals(model.hash())) {
      throw Fp8simException.input(
          "%s: the ranges of another model (SHA-256 %s), not of %s; run fp8sim calibrate on it"
              .formatted(file, ranges.model(), model.name()));
    }
    return network.withRanges(ranges.ranges());
  }

  private static Blueprint withTensorRanges(
      Blueprint network, TensorRangesFile given, Path file, Notes notes) {
    TensorRanges.Mapped mapped = TensorRanges.map(network, given.byTensor());
    List<String> unused = mapped.unused();
    if (!unused.isEmpty()) {
      notes.add(
          List.of(
              "%s: no quantizer of this run quantizes %d of its tensors: %s%s"
                  .formatted(
                      file,
                      unused.size(),
                      String.join(", ", unused.subList(0, Math.min(NAMED, unused.size()))),
                      unused.size() > NAMED ? ", ..." : "")));
    }
    return network.withRanges(mapped.ranges());
  }

  /** Finds ranges on the chosen samples. */
  public Calibration.Found<Ranges> calibrate(Blueprint network, Progress progress) {
    Path samples = choice.samples();
    return samples == null
        ? calibration().run(network, dataset(), progress)
        : calibration().run(network, Npy.read(samples), progress);
  }

  /** How many samples are used, and how many at once. */
  public Calibration calibration() {
    return new Calibration(choice.batchSize(), choice.batches(), threads);
  }

  /**
   * Opens the chosen dataset.
   *
   * @throws Fp8simException (usage) if none is chosen, and the evaluated one has no calibration
   *     part
   */
  public Dataset dataset() {
    NamedDataset dataset = choice.dataset();
    if (dataset == null) {
      throw Fp8simException.usage(
          "quantized activations need ranges: give %s (a dataset or FILE.npy) or %s"
              .formatted(UserOption.CALIBRATION.with("D"), UserOption.RANGES.with("FILE")));
    }
    DatasetDescription description = dataset.description();
    return description.openCalibration(model.cardFor(description.name()));
  }
}
