/**
 * Labelled data described by small JSON files: batches of samples that are read, decoded and
 * preprocessed ahead of the network. Read {@link fp8sim.data.DatasetDescription} first. Imports
 * data.source, model, image, tensor and common.
 */
@NullMarked
package fp8sim.data;

import org.jspecify.annotations.NullMarked;
