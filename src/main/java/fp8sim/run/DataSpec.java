package fp8sim.run;

import org.jspecify.annotations.Nullable;

/**
 * Labelled samples to evaluate on, and how they are scored.
 *
 * @param batchSize samples per run; a batch size that the model fixes wins
 * @param scoredOutput the name of the output that is scored, or null to choose it by its shape
 */
public record DataSpec(
    NamedDataset dataset, DataSelection selection, int batchSize, @Nullable String scoredOutput) {}
